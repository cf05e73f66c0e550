//! Pages that are asked for by how many records to skip.

use rand_chacha::ChaCha8Rng;

use super::{Listing, Paging, falsify};
use crate::kit::fields::{Fields, Place};
use crate::kit::paging::Offset;
use crate::kit::reply::Reply;
use crate::scenario::effect::document::Document;

/// Further than any list goes, and a number that every service takes.
const BEYOND: u64 = i32::MAX as u64;

impl Paging {
    pub(super) fn by_offset(
        &self,
        reply: &mut Reply,
        style: &Offset,
        listing: &mut Listing,
        random: &mut ChaCha8Rng,
    ) {
        let Some(mut page) = Page::read(reply, style, listing) else { return };
        if (self.repeat_page || self.drift.is_some()) && page.offset > 0 {
            page.step_back(self, style, listing);
        }
        if self.r#loop {
            page.hide_end(style, listing);
        }
        if self.early_end {
            page.end(style, listing);
        }
        if let Some(total) = style.total.filter(|_| self.wrong_total) {
            page.document.count_on(total, |total| falsify(total, random));
        }
        page.document.put(reply, listing.habits);
    }
}

/// A page and its place in the list.
struct Page {
    document: Document,
    offset: u64,
    limit: u64,
    records: u64,
}

impl Page {
    /// None when it is no page of a list.
    fn read(reply: &Reply, style: &Offset, listing: &Listing) -> Option<Self> {
        let mut document = Document::of(reply, listing.habits)?;
        let records = document.count(&listing.habits.records)? as u64;
        let offset = given(listing.fields, style.offset);
        let limit = given(listing.fields, style.limit);
        // What the service tells it believes; not every number that is asked for is.
        let told_offset = style.shown_offset.and_then(|pointer| document.number(pointer));
        let told_limit = style.shown_limit.and_then(|pointer| document.number(pointer));
        let speaks_of_pages = [style.total, style.end].into_iter().flatten();
        let is_page = offset.is_some()
            || limit.is_some()
            || speaks_of_pages.clone().any(|pointer| document.get(pointer).is_some());
        let limit = told_limit.or(limit).unwrap_or(records);
        let offset = told_offset.or(offset).unwrap_or(0);
        is_page.then_some(Self { document, offset, limit, records })
    }

    /// Shows what stands before the place that was asked for.
    fn step_back(&mut self, faults: &Paging, style: &Offset, listing: &mut Listing) {
        let pages = self.offset.div_ceil(self.limit.max(1));
        let came_in = faults.drift.unwrap_or(0).saturating_mul(pages);
        let back = if faults.repeat_page { came_in.saturating_add(self.limit) } else { came_in };
        let offset = self.offset.saturating_sub(back);
        let Some(mut other) = again(style, listing, offset) else { return };
        // It says of itself what the page says that was asked for.
        let kept = if faults.repeat_page {
            [style.shown_offset, style.end]
        } else {
            [style.shown_offset, None]
        };
        for pointer in kept.into_iter().flatten() {
            if let Some(text) = self.document.get(pointer) {
                other.set(pointer, &text);
            }
        }
        if let Some(total) = style.total {
            other.count_on(total, |total| total.saturating_add(came_in));
        }
        self.records = other.count(&listing.habits.records).unwrap_or(0) as u64;
        self.document = other;
    }

    /// Tells nothing of the end: there is always more to come.
    fn hide_end(&mut self, style: &Offset, listing: &mut Listing) {
        if let Some(end) = style.end {
            self.document.set(end, "false");
        }
        if let Some(total) = style.total {
            let more = self.limit.max(1).saturating_mul(2);
            let least = self.offset.saturating_add(more);
            self.document.count_on(total, |total| total.max(least));
        }
        // Where only an empty page tells the end, the list begins anew.
        if style.end.is_none()
            && style.total.is_none()
            && self.records == 0
            && let Some(first) = again(style, listing, 0)
        {
            self.document = first;
        }
    }

    /// Says that nothing follows.
    fn end(&mut self, style: &Offset, listing: &mut Listing) {
        if let Some(end) = style.end {
            self.document.set(end, "true");
        } else if let Some(total) = style.total {
            let seen = self.offset.saturating_add(self.records);
            self.document.count_on(total, |_| seen);
        } else if self.offset > 0
            && let Some(nothing) = again(style, listing, BEYOND)
        {
            self.document = nothing;
        }
    }
}

/// The number that a parameter has, under whichever of its names.
fn given(fields: &Fields, names: &[&str]) -> Option<u64> {
    let mut values = names.iter().flat_map(|name| fields.all(Place::Query, name));
    values.find_map(|value| value.trim().parse().ok())
}

/// The page at another place of the same list.
fn again(style: &Offset, listing: &mut Listing, offset: u64) -> Option<Document> {
    let given = |name: &&&str| listing.fields.all(Place::Query, name).next().is_some();
    let name = style.offset.iter().find(given).or(style.offset.first())?;
    let reply = (listing.run)(listing.fields.with_query(name, offset.to_string()))?;
    Document::of(&reply, listing.habits)
}
