//! Which rows of a table a request is for: SQL that is run, and shown in the answer.

use std::cell::OnceCell;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::error::Error;
use super::model::Model;
use super::parse::period::{Period, day_text, moment_text};
use super::search::Search;

/// How many conditions are written side by side.
const FEW: usize = 100;

/// The conditions that select rows of one table.
///
/// Its text is made of what this program says; what a request says is bound. Numbers that were read as such may stand
/// in the text.
#[derive(Debug)]
pub struct Rows {
    model: Model,
    conditions: Vec<String>,
    values: Vec<Value>,
    /// The whole query, once it is asked for.
    query: OnceCell<String>,
}

impl Rows {
    pub fn of(model: Model) -> Self {
        Self { model, conditions: Vec::new(), values: Vec::new(), query: OnceCell::new() }
    }

    /// Adds a condition that has to hold too; each `?` stands for a value.
    pub fn and(&mut self, condition: &'static str, values: impl IntoIterator<Item = Value>) {
        self.push(condition.to_owned(), values);
    }

    /// Adds a condition or its opposite.
    pub fn and_is(&mut self, condition: &'static str, holds: bool) {
        self.push(if holds { condition.to_owned() } else { format!("NOT ({condition})") }, []);
    }

    /// Adds a condition in which `{}` stands for a list of ids; none at all holds for no row.
    pub fn and_ids(&mut self, condition: &'static str, ids: &[i64]) {
        let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
        self.push(condition.replace("{}", &format!("({})", ids.join(", "))), []);
    }

    /// Adds that `expression` is one of the texts, whatever their case and accents.
    pub fn and_texts(&mut self, expression: &'static str, texts: Vec<Value>) {
        let places = vec!["fold(?)"; texts.len()].join(", ");
        self.push(format!("fold({expression}) IN ({places})"), texts);
    }

    /// Adds conditions of which one has to hold.
    pub fn and_any(&mut self, alternatives: Vec<(&'static str, Value)>) {
        let (texts, values): (Vec<&str>, Vec<Value>) = alternatives.into_iter().unzip();
        self.push(any_of(&texts), values);
    }

    /// Adds that the text in `expression` is found by a search; `{}` in `within` stands for that condition.
    pub fn and_search(&mut self, within: &'static str, expression: &'static str, search: &Search) {
        let (condition, values) = search.condition(expression);
        self.push(within.replace("{}", &condition), values);
    }

    /// Adds that the day in `column` lies in a period.
    pub fn and_days(&mut self, column: &'static str, period: &Period) {
        let (condition, values) = in_period(column, period, day_text);
        self.push(condition, values);
    }

    /// Adds that the moment in `column` lies in a period.
    pub fn and_times(&mut self, column: &'static str, period: &Period) {
        let (condition, values) = in_period(column, period, moment_text);
        self.push(condition, values);
    }

    /// Adds that the id is listed or lies in one of the spans.
    pub fn and_own_ids(&mut self, ids: &[i64], spans: &[(i64, i64)]) {
        let column = self.id_column();
        let mut alternatives = Vec::new();
        let mut values = Vec::new();
        match ids {
            [] => {}
            [id] => {
                alternatives.push([&column, " = ?"].concat());
                values.push(Value::Integer(*id));
            }
            several => {
                let list: Vec<String> = several.iter().map(i64::to_string).collect();
                alternatives.push(format!("{column} IN ({})", list.join(", ")));
            }
        }
        if spans.len() > FEW {
            alternatives.push(self.in_spans(&column, spans));
        } else {
            let between =
                |(first, last): &(i64, i64)| format!("{column} BETWEEN {first} AND {last}");
            alternatives.extend(spans.iter().map(between));
        }
        self.push(any_of(&alternatives), values);
    }

    /// That the id lies in one of many spans: each is looked up, instead of each row's id in all of them.
    fn in_spans(&self, column: &str, spans: &[(i64, i64)]) -> String {
        let spans: Vec<String> =
            spans.iter().map(|(first, last)| format!("({first}, {last})")).collect();
        format!(
            "{column} IN (WITH `span` (`first`, `last`) AS (VALUES {}) SELECT `spanned`.`id` FROM `span` \
             CROSS JOIN `{}` AS `spanned` ON `spanned`.`id` BETWEEN `span`.`first` AND `span`.`last`)",
            spans.join(", "),
            self.model.table()
        )
    }

    /// Adds a condition in which `{}` stands for the ids that other rows have.
    pub fn and_rows(&mut self, condition: &'static str, other: Rows) {
        let inner = other.sql(&other.id_column());
        self.push(condition.replace("{}", &format!("({inner})")), other.values);
    }

    pub fn nothing(&mut self) {
        self.push("FALSE".to_owned(), []);
    }

    /// Adds a condition of a part of the program that has put it together from its own words.
    pub(super) fn push(&mut self, condition: String, values: impl IntoIterator<Item = Value>) {
        self.query.take();
        self.conditions.push(condition);
        self.values.extend(values);
    }

    fn sql(&self, columns: &str) -> String {
        let mut sql = String::with_capacity(256);
        sql.extend(["SELECT ", columns, " FROM `", self.model.table(), "`"]);
        for (index, condition) in self.conditions.iter().enumerate() {
            sql.extend([if index == 0 { " WHERE " } else { " AND " }, condition]);
        }
        sql
    }

    fn id_column(&self) -> String {
        ["`", self.model.table(), "`.`id`"].concat()
    }

    fn select(&self) -> &str {
        self.query.get_or_init(|| {
            let id = self.id_column();
            let mut sql = self.sql(&id);
            sql.extend([" ORDER BY ", &id, " ASC"]);
            sql
        })
    }

    /// The ids, ascending.
    pub fn ids(&self, db: &Connection) -> Result<Vec<i64>, Error> {
        let ids = db
            .prepare_cached(self.select())?
            .query_map(params_from_iter(&self.values), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    }

    /// How many there are, and the ids of one stretch of them.
    pub fn stretch(
        &self,
        db: &Connection,
        length: usize,
        from: usize,
    ) -> Result<(usize, Vec<i64>), Error> {
        // Of a search it is quicker to take all ids than to run it twice.
        if !self.conditions.is_empty() {
            let ids = self.ids(db)?;
            let stretch = ids.iter().copied().skip(from).take(length).collect();
            return Ok((ids.len(), stretch));
        }
        let count = self.sql("count(*)");
        let records: i64 = db.prepare_cached(&count)?.query_row([], |row| row.get(0))?;
        let sql = format!("{} LIMIT {length} OFFSET {from}", self.select());
        let ids = db
            .prepare_cached(&sql)?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok((usize::try_from(records).unwrap_or_default(), ids))
    }

    /// The query as the answer shows it: with its values, and without the prefix that tables have in this store.
    pub fn shown(&self) -> String {
        let mut values = self.values.iter();
        let mut rest = self.select();
        let mut text = String::with_capacity(rest.len());
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'`' | b'?')) {
            let (before, from) = rest.split_at(at);
            text += before;
            rest = &from[1..];
            if from.starts_with('?') {
                text += &values.next().map_or_else(|| "?".to_owned(), literal);
            } else {
                text.push('`');
                rest = rest.strip_prefix("mo_").unwrap_or(rest);
            }
        }
        text + rest
    }
}

/// One of these conditions.
pub fn any_of(conditions: &[impl AsRef<str>]) -> String {
    joined(" OR ", conditions)
}

/// All of these conditions.
pub fn all_of(conditions: &[impl AsRef<str>]) -> String {
    joined(" AND ", conditions)
}

/// Conditions joined by halves: SQLite takes no expression that is a thousand deep, as a long list in a row would be.
fn joined(word: &str, conditions: &[impl AsRef<str>]) -> String {
    match conditions {
        [only] => only.as_ref().to_owned(),
        few if few.len() <= FEW => {
            let few: Vec<&str> = few.iter().map(AsRef::as_ref).collect();
            format!("({})", few.join(word))
        }
        many => {
            let (first, second) = many.split_at(many.len() / 2);
            format!("({}{word}{})", joined(word, first), joined(word, second))
        }
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''").replace('\n', " ")),
        _ => "NULL".to_owned(),
    }
}

fn in_period(
    column: &str,
    period: &Period,
    written: fn(jiff::civil::DateTime) -> String,
) -> (String, [Value; 2]) {
    let two = |low: String, high: String| [Value::Text(low), Value::Text(high)];
    match *period {
        Period::Between(first, last) => {
            (format!("{column} >= ? AND {column} <= ?"), two(written(first), written(last)))
        }
        Period::Months(first, last) => (
            around(&format!("substr({column}, 6, 2)"), first <= last),
            two(format!("{first:02}"), format!("{last:02}")),
        ),
        Period::Days(first, last) => (
            around(&format!("substr({column}, 6, 5)"), first <= last),
            two(format!("{:02}-{:02}", first.0, first.1), format!("{:02}-{:02}", last.0, last.1)),
        ),
    }
}

/// From the first to the last, around new year when the first is the later one.
fn around(part: &str, in_order: bool) -> String {
    let word = if in_order { "AND" } else { "OR" };
    format!("({part} >= ? {word} {part} <= ?)")
}
