//! Faults of pages, told by a library of ten books that knows all ways of paging.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Listing, Paging, Trail};
use crate::kit::fields::{Fields, Place};
use crate::kit::paging::{Cursor, Number, Offset, Paging as Style};
use crate::kit::reply::Reply;
use crate::scenario::effect::sample::{self, HABITS, random, text, tree};

const BOOKS: usize = 10;

const BY_OFFSET: Style = Style::Offset(Offset {
    offset: &["offset", "start"],
    limit: &["limit"],
    shown_offset: Some("/offset"),
    shown_limit: Some("/limit"),
    total: Some("/count"),
    end: Some("/end"),
});

/// As of services that tell nothing of their pages.
const SILENT: Style = Style::Offset(Offset {
    offset: &["offset"],
    limit: &["limit"],
    shown_offset: None,
    shown_limit: None,
    total: None,
    end: None,
});

const BY_NUMBER: Style =
    Style::Number(Number { page: "page", shown_page: "/page", pages: "/pages", total: "/count" });

const BY_LINK: Style = Style::Cursor(Cursor {
    parameter: "after",
    next: "/links/next",
    this: Some("/links/self"),
    total: Some("/meta/total"),
    earlier: None,
});

const BY_TOKEN: Style = Style::Cursor(Cursor {
    parameter: "token",
    next: "/sheets/token",
    this: None,
    total: None,
    earlier: Some(|token, books| {
        let place: u64 = token.parse().ok()?;
        Some(place.saturating_sub(books).to_string())
    }),
});

fn fields(query: &str) -> Fields {
    let mut fields = Fields::new(&HABITS);
    fields.push_urlencoded(query.as_bytes());
    fields
}

fn asked(fields: &Fields, name: &str, otherwise: usize) -> usize {
    let given = fields.all(Place::Query, name).last().map(str::to_owned);
    given.map_or(otherwise, |value| value.parse().unwrap())
}

fn books(offset: usize, limit: usize) -> Vec<usize> {
    (0..BOOKS).skip(offset).take(limit).collect()
}

fn by_offset(fields: &Fields) -> Reply {
    let (offset, limit) = (asked(fields, "offset", 0), asked(fields, "limit", 4));
    let is_end = BOOKS <= offset + limit;
    sample::json(&json!({
        "offset": offset, "limit": limit, "end": is_end, "count": BOOKS, "sheets": books(offset, limit),
    }))
}

fn silent(fields: &Fields) -> Reply {
    let (offset, limit) = (asked(fields, "offset", 0), asked(fields, "limit", BOOKS));
    sample::json(&json!({ "sheets": books(offset, limit) }))
}

fn by_number(fields: &Fields) -> Reply {
    let page = asked(fields, "page", 1);
    sample::json(&json!({
        "count": BOOKS, "pages": 3, "page": page, "sheets": books((page.max(1) - 1) * 4, 4),
    }))
}

fn by_link(fields: &Fields) -> Reply {
    let after = asked(fields, "after", 0);
    let all = books(after, 4);
    let next =
        if all.len() == 4 { format!("http://x/?q=1&after={}", after + 4) } else { String::new() };
    sample::json(&json!({
        "meta": { "total": BOOKS },
        "links": { "self": format!("http://x/?q=1&after={after}"), "next": next },
        "sheets": all,
    }))
}

fn by_token(fields: &Fields) -> Reply {
    let place = asked(fields, "token", 0);
    let sheets: Vec<String> =
        books(place, 4).iter().map(|book| format!("<sheet>{book}</sheet>")).collect();
    let sheets = sheets.concat();
    let token = match place + 4 {
        next if next < BOOKS => format!("<token>{next}</token>"),
        _ => "<token/>".to_owned(),
    };
    sample::reply(
        "text/xml",
        &format!("<herbarium><sheets number=\"4\">{sheets}{token}</sheets></herbarium>"),
    )
}

/// Somebody who asks a service that has these faults.
struct Reader {
    faults: Paging,
    style: Style,
    serve: fn(&Fields) -> Reply,
    trail: Trail,
}

impl Reader {
    fn of(style: Style, serve: fn(&Fields) -> Reply, faults: Paging) -> Self {
        Self { faults, style, serve, trail: Trail::default() }
    }

    fn ask(&mut self, query: &str) -> Reply {
        let fields = fields(query);
        let mut reply = (self.serve)(&fields);
        let serve = self.serve;
        let mut run = |fields: Fields| Some(serve(&fields));
        let listing =
            Listing { fields: &fields, style: &self.style, habits: &HABITS, run: &mut run };
        self.faults.apply(&mut reply, listing, &mut self.trail, &mut random());
        reply
    }

    fn json(&mut self, query: &str) -> Value {
        tree(&self.ask(query))
    }

    fn books(&mut self, query: &str) -> Value {
        self.json(query)["sheets"].clone()
    }
}

fn drift(records: u64) -> Paging {
    Paging { drift: Some(records), ..Paging::default() }
}

fn repeat() -> Paging {
    Paging { repeat_page: true, ..Paging::default() }
}

fn endless() -> Paging {
    Paging { r#loop: true, ..Paging::default() }
}

fn early() -> Paging {
    Paging { early_end: true, ..Paging::default() }
}

fn wrong_total() -> Paging {
    Paging { wrong_total: true, ..Paging::default() }
}

#[test]
fn by_offset_the_last_of_a_page_are_seen_again() {
    let mut reader = Reader::of(BY_OFFSET, by_offset, drift(1));

    assert_eq!(reader.books("offset=0"), json!([0, 1, 2, 3]));
    assert_eq!(reader.books("offset=4"), json!([3, 4, 5, 6]));
    let third = reader.json("offset=8");
    assert_eq!(
        third,
        json!({ "offset": 8, "limit": 4, "end": true, "count": 12, "sheets": [6, 7, 8, 9] })
    );
}

#[test]
fn books_that_come_in_faster_than_pages_are_read_leave_the_client_at_the_beginning() {
    let mut reader = Reader::of(BY_OFFSET, by_offset, drift(9));

    let page = reader.json("offset=4");

    assert_eq!(page["sheets"], json!([0, 1, 2, 3]));
    assert_eq!((&page["count"], &page["end"]), (&json!(19), &json!(false)));
}

#[test]
fn by_offset_a_page_repeats_the_one_before_it() {
    let mut reader = Reader::of(BY_OFFSET, by_offset, repeat());

    assert_eq!(reader.books("offset=0"), json!([0, 1, 2, 3]));
    assert_eq!(
        reader.json("offset=8"),
        json!({ "offset": 8, "limit": 4, "end": true, "count": 10, "sheets": [4, 5, 6, 7] })
    );
}

#[test]
fn by_offset_the_end_is_never_told() {
    let mut reader = Reader::of(BY_OFFSET, by_offset, endless());

    let beyond = reader.json("offset=40&limit=5");

    assert_eq!(
        beyond,
        json!({ "offset": 40, "limit": 5, "end": false, "count": 50, "sheets": [] })
    );
}

#[test]
fn by_offset_the_end_comes_early() {
    let mut reader = Reader::of(BY_OFFSET, by_offset, early());

    let first = reader.json("");

    assert_eq!((&first["end"], &first["count"]), (&json!(true), &json!(10)));
}

#[test]
fn where_only_the_total_tells_the_end_it_tells_it_early_or_never() {
    let style = |end| match BY_OFFSET {
        Style::Offset(style) => Style::Offset(Offset { end, ..style }),
        other => other,
    };

    let first = Reader::of(style(None), by_offset, early()).json("");
    let last = Reader::of(style(None), by_offset, endless()).json("offset=8");

    assert_eq!(first["count"], 4);
    assert_eq!(last["count"], 16);
}

#[test]
fn where_nothing_tells_the_end_an_empty_page_does() {
    assert_eq!(Reader::of(SILENT, silent, early()).books("limit=4"), json!([0, 1, 2, 3]));
    assert_eq!(Reader::of(SILENT, silent, early()).books("limit=4&offset=4"), json!([]));
    assert_eq!(
        Reader::of(SILENT, silent, endless()).books("limit=4&offset=12"),
        json!([0, 1, 2, 3])
    );
    assert_eq!(Reader::of(SILENT, silent, drift(1)).books("limit=4&offset=8"), json!([6, 7, 8, 9]));
    assert_eq!(Reader::of(SILENT, silent, repeat()).books("limit=4&offset=8"), json!([4, 5, 6, 7]));
}

#[test]
fn another_name_of_the_offset_is_understood() {
    fn by_start(fields: &Fields) -> Reply {
        by_offset(&fields.with_query("offset", asked(fields, "start", 0).to_string()))
    }

    assert_eq!(Reader::of(BY_OFFSET, by_start, drift(1)).books("start=4"), json!([3, 4, 5, 6]));
}

#[test]
fn by_number_the_last_of_a_page_are_seen_again() {
    let mut reader = Reader::of(BY_NUMBER, by_number, drift(3));

    assert_eq!(reader.books(""), json!([0, 1, 2, 3]));
    assert_eq!(
        reader.json("page=2"),
        json!({ "count": 13, "pages": 4, "page": 2, "sheets": [1, 2, 3, 4] })
    );
    assert_eq!(reader.books("page=3"), json!([2, 3, 4, 5]));
    assert_eq!(reader.books("page=8"), json!([7, 8, 9]));
}

#[test]
fn by_number_a_page_repeats_the_one_before_it() {
    let mut reader = Reader::of(BY_NUMBER, by_number, repeat());

    assert_eq!(reader.books("page=1"), json!([0, 1, 2, 3]));
    assert_eq!(
        reader.json("page=3"),
        json!({ "count": 10, "pages": 3, "page": 3, "sheets": [4, 5, 6, 7] })
    );
}

#[test]
fn by_number_there_is_always_one_page_more_or_none() {
    let last = Reader::of(BY_NUMBER, by_number, endless()).json("page=3");
    let beyond = Reader::of(BY_NUMBER, by_number, endless()).json("page=7");
    let first = Reader::of(BY_NUMBER, by_number, early()).json("");

    assert_eq!((&last["pages"], &last["count"]), (&json!(4), &json!(13)));
    assert_eq!((&beyond["pages"], &beyond["count"]), (&json!(8), &json!(29)));
    assert_eq!((&first["pages"], &first["count"]), (&json!(1), &json!(10)));
}

#[test]
fn by_cursor_the_total_grows_with_each_page() {
    let mut reader = Reader::of(BY_LINK, by_link, drift(5));

    let totals: Vec<Value> = ["q=1", "q=1&after=4", "after=8&q=1"]
        .iter()
        .map(|query| reader.json(query)["meta"]["total"].clone())
        .collect();

    assert_eq!(totals, [10, 15, 20]);
    // Who comes back sees the same, and who comes by another way has seen no page.
    assert_eq!(reader.json("q=1&after=4")["meta"]["total"], 15);
    assert_eq!(reader.json("q=2&after=4")["meta"]["total"], 10);
}

#[test]
fn by_cursor_a_page_repeats_the_one_before_it_and_leads_on() {
    let mut reader = Reader::of(BY_LINK, by_link, repeat());

    assert_eq!(reader.books("q=1"), json!([0, 1, 2, 3]));
    let second = reader.json("q=1&after=4");
    assert_eq!(second["sheets"], json!([0, 1, 2, 3]));
    assert_eq!(second["links"]["next"], "http://x/?q=1&after=8");
    assert_eq!(reader.books("q=1&after=8"), json!([4, 5, 6, 7]));
}

#[test]
fn a_link_leads_to_its_own_page_or_nowhere() {
    let endless = Reader::of(BY_LINK, by_link, endless()).json("q=1&after=8");
    let ended = Reader::of(BY_LINK, by_link, early()).json("q=1");

    assert_eq!(endless["links"]["next"], "http://x/?q=1&after=8");
    assert_eq!(ended["links"]["next"], "");
}

#[test]
fn tokens_that_hold_an_offset_lead_back_to_what_was_seen() {
    let mut reader = Reader::of(BY_TOKEN, by_token, drift(1));

    assert!(
        text(&reader.ask("")).ends_with("<sheet>3</sheet><token>3</token></sheets></herbarium>")
    );
    assert!(text(&reader.ask("token=3")).contains("<sheet>6</sheet><token>6</token>"));
    assert!(text(&reader.ask("token=6")).contains("<token/>"));
}

#[test]
fn a_token_leads_to_its_own_page_or_nowhere() {
    let mut endless = Reader::of(BY_TOKEN, by_token, endless());

    assert!(text(&endless.ask("")).contains("<token>0</token>"));
    assert!(text(&endless.ask("token=4")).contains("<token>4</token>"));
    assert!(text(&endless.ask("token=8")).contains("<token>8</token>"));
    assert!(text(&Reader::of(BY_TOKEN, by_token, early()).ask("")).contains("<token/>"));
}

#[test]
fn by_token_a_page_repeats_the_one_before_it() {
    let mut reader = Reader::of(BY_TOKEN, by_token, repeat());
    reader.ask("");

    let second = reader.ask("token=4");

    let sheets =
        "<sheets number=\"4\"><sheet>0</sheet><sheet>1</sheet><sheet>2</sheet><sheet>3</sheet>";
    assert_eq!(text(&second), format!("<herbarium>{sheets}<token>8</token></sheets></herbarium>"));
}

#[test]
fn a_wrong_total_is_wrong_and_nothing_else_is() {
    let mut others = BTreeMap::new();
    for (style, serve, total) in [
        (BY_OFFSET, by_offset as fn(&Fields) -> Reply, "/count"),
        (BY_NUMBER, by_number, "/count"),
        (BY_LINK, by_link, "/meta/total"),
    ] {
        let mut wrong = Reader::of(style, serve, wrong_total()).json("");
        let told = wrong.pointer_mut(total).unwrap();
        assert_ne!(*told, BOOKS);
        *told = BOOKS.into();
        others.insert(wrong.to_string(), tree(&serve(&fields(""))));
    }

    for (wrong, right) in others {
        assert_eq!(wrong, right.to_string());
    }
}

#[test]
fn answers_that_are_no_pages_stay_as_they_are() {
    fn one(_: &Fields) -> Reply {
        sample::json(&json!({ "title": "A book" }))
    }
    fn all(_: &Fields) -> Reply {
        sample::json(&json!([1, 2, 3]))
    }
    fn refusal(_: &Fields) -> Reply {
        let mut reply = by_offset(&fields(""));
        reply.status = http::StatusCode::BAD_GATEWAY;
        reply
    }
    let everything = Paging {
        drift: Some(1),
        repeat_page: true,
        r#loop: true,
        early_end: true,
        wrong_total: true,
    };
    for serve in [one as fn(&Fields) -> Reply, all, refusal] {
        for style in [BY_OFFSET, BY_NUMBER, BY_LINK, BY_TOKEN] {
            let reply = Reader::of(style, serve, everything.clone()).ask("q=1");

            assert_eq!(reply.body, serve(&fields("")).body, "{style:?}");
        }
    }
}
