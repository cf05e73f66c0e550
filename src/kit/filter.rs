//! Filters: parameters that know their `WHERE` clause.

use std::fmt;

use rusqlite::types::Value;

use super::fields::Fields;
use super::param::AnyParam;

/// A parameter, and the rows it lets through.
///
/// Values of one parameter are alternatives; different parameters all have to hold.
pub struct Filter {
    pub param: &'static dyn AnyParam,
    clause: Clause,
}

enum Clause {
    Equals(&'static str),
    Contains(&'static str),
    Sql(&'static str),
    List(&'static str),
    Custom(fn(&Fields, Where) -> Where),
}

impl Filter {
    /// `column` equals one of the values.
    pub const fn equals(param: &'static dyn AnyParam, column: &'static str) -> Self {
        Self { param, clause: Clause::Equals(column) }
    }

    /// `column`, folded by the index or table to plain lower case, contains a value, folded likewise.
    pub const fn contains(param: &'static dyn AnyParam, column: &'static str) -> Self {
        Self { param, clause: Clause::Contains(column) }
    }

    /// For what the others cannot say; `?` stands for the value.
    pub const fn sql(param: &'static dyn AnyParam, condition: &'static str) -> Self {
        Self { param, clause: Clause::Sql(condition) }
    }

    /// Like [`Filter::sql`], but `?` stands for all values at once, as a JSON array: `x IN (SELECT value FROM json_each(?))`.
    /// The clause stays the same however many values there are.
    pub const fn list(param: &'static dyn AnyParam, condition: &'static str) -> Self {
        Self { param, clause: Clause::List(condition) }
    }

    /// For conditions whose text depends on the value. Called only when the parameter is given.
    pub const fn custom(param: &'static dyn AnyParam, add: fn(&Fields, Where) -> Where) -> Self {
        Self { param, clause: Clause::Custom(add) }
    }

    /// Adds its condition, if its parameter is given.
    pub fn add(&self, fields: &Fields, mut rows: Where) -> Where {
        if let Clause::Custom(add) = self.clause {
            return if self.param.is_given(fields) { add(fields, rows) } else { rows };
        }
        let values = self.param.sql_values(fields);
        if values.is_empty() {
            return rows;
        }
        let condition = match self.clause {
            Clause::Equals(column) => {
                format!("{column} IN ({})", vec!["?"; values.len()].join(", "))
            }
            Clause::Contains(column) => {
                alternatives(&format!("instr(fold({column}), fold(?))"), values.len())
            }
            Clause::Sql(condition) => alternatives(condition, values.len()),
            Clause::List(condition) => {
                rows.push(condition, [json_array(values)]);
                return rows;
            }
            Clause::Custom(_) => unreachable!("returned above"),
        };
        rows.push(&condition, values);
        rows
    }
}

fn alternatives(condition: &str, count: usize) -> String {
    vec![condition; count].join(" OR ")
}

/// Values as one text that SQL's `json_each` takes apart.
pub fn json_array(values: impl IntoIterator<Item = Value>) -> Value {
    let items = values.into_iter().map(|value| match value {
        Value::Null | Value::Blob(_) => serde_json::Value::Null,
        Value::Integer(number) => number.into(),
        Value::Real(number) => number.into(),
        Value::Text(text) => text.into(),
    });
    Value::Text(serde_json::Value::Array(items.collect()).to_string())
}

/// A `WHERE` clause, and the values it binds.
///
/// Its text is made of what this program says; what a request says is only ever bound.
#[derive(Clone, Debug)]
pub struct Where {
    text: String,
    /// Those of the text, and behind them those of the queries.
    values: Vec<Value>,
    /// Queries of numbers of which `id` has to be one, each with how many values it binds.
    elsewhere: Vec<(&'static str, usize)>,
}

/// A query of numbers, and the values that it binds.
pub type Numbers<'w> = (&'static str, &'w [Value]);

impl Where {
    pub fn new(condition: &'static str) -> Self {
        Self { text: format!("WHERE ({condition})"), values: Vec::new(), elsewhere: Vec::new() }
    }

    /// Adds a condition that has to hold too.
    pub fn and(mut self, condition: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        self.push(condition, values);
        self
    }

    /// Adds that `id` is one of the numbers that a query gives, for which many rows of another table may have to be read.
    pub fn and_elsewhere(
        mut self,
        query: &'static str,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        let before = self.values.len();
        self.values.extend(values);
        self.elsewhere.push((query, self.values.len() - before));
        self
    }

    /// Whether it takes as long to count the rows as to name them.
    pub fn looks_elsewhere(&self) -> bool {
        !self.elsewhere.is_empty()
    }

    /// What can be told from the rows themselves, and the queries that tell the rest.
    pub fn parted(&self) -> (Self, Vec<Numbers<'_>>) {
        let (near, mut left) = self.values.split_at(self.near());
        let queries = self.elsewhere.iter().map(|(query, count)| {
            let (values, others) = left.split_at(*count);
            left = others;
            (*query, values)
        });
        let queries = queries.collect();
        (Self { text: self.text.clone(), values: near.to_vec(), elsewhere: Vec::new() }, queries)
    }

    /// How many values belong to the text.
    fn near(&self) -> usize {
        self.values.len() - self.elsewhere.iter().map(|(_, count)| count).sum::<usize>()
    }

    /// Adds conditions of which one has to hold; none at all holds for no row.
    pub fn and_any(
        mut self,
        conditions: impl IntoIterator<Item = (&'static str, Vec<Value>)>,
    ) -> Self {
        let (texts, values): (Vec<&str>, Vec<Vec<Value>>) = conditions.into_iter().unzip();
        if texts.is_empty() {
            self.push("FALSE", []);
        } else {
            let text = texts.iter().map(|text| format!("({text})")).collect::<Vec<_>>();
            self.push(&text.join(" OR "), values.into_iter().flatten());
        }
        self
    }

    /// Adds that `column` is one of `values`; none at all holds for no row.
    pub fn and_in(mut self, column: &'static str, values: Vec<Value>) -> Self {
        let places = vec!["?"; values.len()].join(", ");
        self.push(&format!("{column} IN ({places})"), values);
        self
    }

    /// Adds those of `filters` that the request uses.
    pub fn filter(self, filters: &[Filter], fields: &Fields) -> Self {
        filters.iter().fold(self, |rows, filter| filter.add(fields, rows))
    }

    /// The values to bind, in the order of the clause's question marks.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    fn push(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.text += " AND (";
        self.text += condition;
        self.text += ")";
        let near = self.near();
        self.values.splice(near..near, values);
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)?;
        self.elsewhere.iter().try_for_each(|(query, _)| write!(f, " AND (id IN ({query}))"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_up_elsewhere_is_asked_last_and_can_be_parted() {
        let text = |text: &str| Value::from(text.to_owned());
        let rows = Where::new("live")
            .and_elsewhere("SELECT id FROM tag WHERE name = ? AND value = ?", ["a", "b"].map(text))
            .and("kind = ?", [text("c")])
            .and_elsewhere("SELECT id FROM word WHERE word = ?", [text("d")]);

        assert_eq!(
            rows.to_string(),
            "WHERE (live) AND (kind = ?) AND (id IN (SELECT id FROM tag WHERE name = ? AND value = ?)) \
             AND (id IN (SELECT id FROM word WHERE word = ?))",
        );
        assert_eq!(rows.values(), ["c", "a", "b", "d"].map(text));
        let (near, elsewhere) = rows.parted();
        assert_eq!(near.to_string(), "WHERE (live) AND (kind = ?)");
        assert_eq!(near.values(), [text("c")]);
        let [(tag, tagged), (_, word)] = elsewhere[..] else { panic!("{elsewhere:?}") };
        assert_eq!(tag, "SELECT id FROM tag WHERE name = ? AND value = ?");
        assert_eq!((tagged, word), (&["a", "b"].map(text)[..], &[text("d")][..]));
    }
}
