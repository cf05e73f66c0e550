//! Pages that are asked for by their number.

use rand_chacha::ChaCha8Rng;

use super::{Listing, Paging, falsify};
use crate::kit::paging::Number;
use crate::kit::reply::Reply;
use crate::scenario::effect::document::Document;
use crate::scenario::effect::document::member::Taken;

impl Paging {
    pub(super) fn by_number(
        &self,
        reply: &mut Reply,
        style: &Number,
        listing: &mut Listing,
        random: &mut ChaCha8Rng,
    ) {
        let Some(mut page) = Page::read(reply, style, listing) else { return };
        let back = u64::from(self.repeat_page);
        if page.number > 1 {
            match self.drift {
                Some(records) => page.drift(records, back, style, listing),
                None if self.repeat_page => page.show(page.number - 1, style, listing),
                None => {}
            }
        }
        let Page { mut document, number, pages, .. } = page;
        if self.r#loop && number >= pages {
            let length = length(number, pages, style, listing).unwrap_or(0);
            document.set(style.pages, &(number + 1).to_string());
            document.count_on(style.total, |total| total.max(number * length + 1));
        }
        if self.early_end {
            document.set(style.pages, &number.to_string());
        }
        if self.wrong_total {
            document.count_on(style.total, |total| falsify(total, random));
        }
        document.put(reply, listing.habits);
    }
}

/// A page and its place in the list.
struct Page {
    document: Document,
    number: u64,
    pages: u64,
}

impl Page {
    /// None when it is no page of a list.
    fn read(reply: &Reply, style: &Number, listing: &Listing) -> Option<Self> {
        let mut document = Document::of(reply, listing.habits)?;
        document.count(&listing.habits.records)?;
        let pages = document.number(style.pages)?;
        // Numbers below the first are those of the first.
        let number = document.get(style.shown_page)?.trim().parse::<i64>().ok()?;
        Some(Self { document, number: u64::try_from(number).unwrap_or(0).max(1), pages })
    }

    /// Shows the records of another page.
    fn show(&mut self, number: u64, style: &Number, listing: &mut Listing) {
        if let Some(records) = records_of(number, style, listing) {
            self.document.replace_records(&listing.habits.records, records);
        }
    }

    /// Shows what stands at its place after so many records came in before each page, or so many pages before that.
    fn drift(&mut self, records: u64, back: u64, style: &Number, listing: &mut Listing) {
        let came_in = records.saturating_mul(self.number - 1);
        self.document.count_on(style.total, |total| total.saturating_add(came_in));
        let Some(length) = length(self.number, self.pages, style, listing) else { return };
        let first = ((self.number - 1 - back) * length).saturating_sub(came_in);
        let (page, skipped) = (first / length + 1, first % length);
        let Some(mut shown) = records_of(page, style, listing) else { return };
        let next = if skipped == 0 { None } else { records_of(page + 1, style, listing) };
        let fits = |number| usize::try_from(number).unwrap_or(usize::MAX);
        shown.skip_and_fill(fits(skipped), next, fits(length));
        self.document.replace_records(&listing.habits.records, shown);
        if let Some(total) = self.document.number(style.total) {
            self.pages = total.div_ceil(length);
            self.document.set(style.pages, &self.pages.to_string());
        }
    }
}

/// How many records a full page has; none when there is no full page to tell it.
fn length(number: u64, pages: u64, style: &Number, listing: &mut Listing) -> Option<u64> {
    let full = if number < pages { number } else { 1 };
    let is_full = number > 1 || pages > 1;
    let records = records_of(full, style, listing).filter(|_| is_full)?;
    Some(records.len() as u64).filter(|length| *length > 0)
}

fn records_of(number: u64, style: &Number, listing: &mut Listing) -> Option<Taken> {
    let fields = listing.fields.with_query(style.page, number.to_string());
    let reply = (listing.run)(fields)?;
    Document::of(&reply, listing.habits)?.records(&listing.habits.records)
}
