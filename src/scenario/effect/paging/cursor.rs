//! Pages that are asked for by a mark that the page before them gave.

use rand_chacha::ChaCha8Rng;

use super::trail::Place;
use super::{Listing, Paging, Trail, falsify};
use crate::kit::fields::{self, Fields};
use crate::kit::paging::Cursor;
use crate::kit::reply::Reply;
use crate::scenario::effect::document::Document;

impl Paging {
    pub(super) fn by_cursor(
        &self,
        reply: &mut Reply,
        style: &Cursor,
        listing: &mut Listing,
        trail: &mut Trail,
        random: &mut ChaCha8Rng,
    ) {
        let Some(mut page) = Document::of(reply, listing.habits) else { return };
        let Some(records) = page.count(&listing.habits.records) else { return };
        let records = records as u64;
        let mark = mark_of(listing.fields, style);
        let place = mark.as_ref().and_then(|_| trail.find(&way_of(listing.fields, style)).cloned());
        let number = place.as_ref().map_or(0, |place| place.number);
        if let Some(came_in) = self.drift {
            if let Some(total) = style.total {
                let came_in = came_in.saturating_mul(number);
                page.count_on(total, |total| total.saturating_add(came_in));
            }
            if let Some(earlier) = style.earlier {
                change_mark(&mut page, style, |mark| earlier(mark, came_in));
            }
        }
        if let Some(place) = place.filter(|_| self.repeat_page)
            && let Some(before) = (listing.run)(place.before)
            && let Some(mut before) = Document::of(&before, listing.habits)
            && let Some(records) = before.records(&listing.habits.records)
        {
            page.replace_records(&listing.habits.records, records);
        }
        if self.r#loop {
            point_to_itself(&mut page, style, mark.as_deref(), records);
        }
        if self.early_end {
            page.set(style.next, "");
        }
        if let Some(total) = style.total.filter(|_| self.wrong_total) {
            page.count_on(total, |total| falsify(total, random));
        }
        if let Some(next) = page.get(style.next).filter(|next| !next.is_empty()) {
            let way = way_of_link(&next, listing.fields, style);
            let before = listing.fields.clone();
            // A page that leads to itself is none that follows itself.
            if mark.is_none() || way != way_of(listing.fields, style) {
                trail.remember(way, Place { number: number + 1, before });
            }
        }
        page.put(reply, listing.habits);
    }
}

/// Makes the next page the same as this one, as far as there is a way to say so.
fn point_to_itself(page: &mut Document, style: &Cursor, mark: Option<&str>, records: u64) {
    match (style.this.and_then(|this| page.get(this)), mark) {
        (Some(this), _) => page.set(style.next, &this),
        (None, Some(mark)) => page.set(style.next, mark),
        // The first page has no mark of its own.
        (None, None) => {
            if let Some(earlier) = style.earlier {
                change_mark(page, style, |mark| earlier(mark, records));
            }
        }
    }
}

/// Puts another mark in the place of that of the next page, if there is one.
fn change_mark(page: &mut Document, style: &Cursor, change: impl Fn(&str) -> Option<String>) {
    page.change(style.next, |text| match mark_in_link(text, style) {
        None if text.is_empty() => String::new(),
        None => change(text).unwrap_or_else(|| text.to_owned()),
        Some(mark) => match change(mark) {
            Some(changed) => text.replace(mark, &changed),
            None => text.to_owned(),
        },
    });
}

/// The mark that a link has, as it is written there; none when the text is no link.
fn mark_in_link<'t>(link: &'t str, style: &Cursor) -> Option<&'t str> {
    let (_, query) = link.split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| *name == style.parameter).map(|(_, mark)| mark).next()
}

/// The mark that was asked for.
fn mark_of(fields: &Fields, style: &Cursor) -> Option<String> {
    fields.all(fields::Place::Query, style.parameter).last().map(str::to_owned)
}

/// What tells one walk through a list from another: all that is asked for, in any order.
fn way_of(fields: &Fields, style: &Cursor) -> String {
    match style.this {
        Some(_) => way(fields.query().map(|(name, value)| (name.to_owned(), value.to_owned()))),
        // Marks that stand alone hold all that is asked for.
        None => mark_of(fields, style).unwrap_or_default(),
    }
}

/// The same of the request that a link or a mark makes.
fn way_of_link(next: &str, fields: &Fields, style: &Cursor) -> String {
    match next.split_once('?') {
        Some((_, query)) => {
            let pairs = form_urlencoded::parse(query.as_bytes());
            way(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())))
        }
        None if style.this.is_some() => way_of(&fields.with_query(style.parameter, next), style),
        None => next.to_owned(),
    }
}

fn way(pairs: impl Iterator<Item = (String, String)>) -> String {
    let mut pairs: Vec<(String, String)> = pairs.collect();
    pairs.sort();
    crate::kit::links::encode(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}
