//! Pages: which window of a list a client asks for, and the envelope around it.

use http::StatusCode;
use rusqlite::types::Value;

use crate::kit::call::Call;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::kit::value::{Expects, FromText};

/// How many results fit on a page.
#[derive(Clone, Copy, Debug)]
pub struct PageSize(pub u32);

/// How many results are skipped.
#[derive(Clone, Copy, Debug)]
pub struct Offset(pub i64);

// Quirk (contract 3.1): what is no number counts as not given, and 5000 as 1000.
impl FromText for PageSize {
    const EXPECTS: Expects = Expects::Integer { min: 0, max: 1000 };

    fn from_text(text: &str) -> Option<Self> {
        let size = text.trim().parse::<i64>().ok().filter(|size| *size >= 0).unwrap_or(20);
        Some(Self(u32::try_from(size.min(1000)).expect("it lies between 0 and 1000")))
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.0.into())
    }
}

impl FromText for Offset {
    const EXPECTS: Expects = Expects::Integer { min: 0, max: i64::MAX };

    fn from_text(text: &str) -> Option<Self> {
        let offset = text.trim().parse::<i32>().ok().filter(|offset| *offset >= 0);
        Some(Self(offset.unwrap_or(0).into()))
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.0)
    }
}

pub static LIMIT: Param<PageSize> =
    Param::or("limit", "20", "How many results to give, at most 1000.");
pub static OFFSET: Param<Offset> = Param::or("offset", "0", "How many results to skip.");

/// The part of a list that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub offset: i64,
    pub limit: u32,
}

impl Window {
    pub fn of(call: &Call) -> Self {
        Self { offset: call.get(&OFFSET).0, limit: call.get(&LIMIT).0 }
    }

    pub fn values(self) -> [Value; 2] {
        [Value::Integer(self.limit.into()), Value::Integer(self.offset)]
    }

    /// How many there are up to its end.
    pub fn end(self) -> usize {
        let offset = usize::try_from(self.offset).unwrap_or(usize::MAX);
        offset.saturating_add(self.limit as usize)
    }

    /// The part of a list that is in memory.
    pub fn cut<T>(self, list: Vec<T>) -> Vec<T> {
        let offset = usize::try_from(self.offset).unwrap_or(usize::MAX);
        list.into_iter().skip(offset).take(self.limit as usize).collect()
    }
}

/// Results that are JSON already, in the registry's envelope.
pub fn page(window: Window, count: i64, results: &[impl AsRef<[u8]>]) -> Reply {
    page_with(window, count, results, &[])
}

/// The same, with members after the results.
pub fn page_with(
    window: Window,
    count: i64,
    results: &[impl AsRef<[u8]>],
    more: &[(&str, Vec<u8>)],
) -> Reply {
    let Window { offset, limit } = window;
    let is_end = count <= offset + i64::from(limit);
    let mut body = format!(
        r#"{{"offset":{offset},"limit":{limit},"endOfRecords":{is_end},"count":{count},"results":"#
    )
    .into_bytes();
    push_array(&mut body, results);
    for (name, value) in more {
        body.extend_from_slice(format!(r#","{name}":"#).as_bytes());
        body.extend_from_slice(value);
    }
    body.push(b'}');
    Reply::new(StatusCode::OK, "application/json", body)
}

/// Results that are JSON already, as an array without envelope.
pub fn array(results: &[impl AsRef<[u8]>]) -> Reply {
    let mut body = Vec::new();
    push_array(&mut body, results);
    Reply::new(StatusCode::OK, "application/json", body)
}

/// Writes a JSON array of members that are JSON already.
pub fn push_array(body: &mut Vec<u8>, members: &[impl AsRef<[u8]>]) {
    body.reserve(members.iter().map(|member| member.as_ref().len() + 1).sum::<usize>() + 2);
    body.push(b'[');
    for (number, member) in members.iter().enumerate() {
        if number > 0 {
            body.push(b',');
        }
        body.extend_from_slice(member.as_ref());
    }
    body.push(b']');
}
