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
    values: Vec<Value>,
    looks_elsewhere: bool,
}

impl Where {
    pub fn new(condition: &'static str) -> Self {
        Self { text: format!("WHERE ({condition})"), values: Vec::new(), looks_elsewhere: false }
    }

    /// Adds a condition that has to hold too.
    pub fn and(mut self, condition: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        self.push(condition, values);
        self
    }

    /// Adds a condition for which many rows of another table may have to be read.
    pub fn and_elsewhere(
        mut self,
        condition: &'static str,
        values: impl IntoIterator<Item = Value>,
    ) -> Self {
        self.looks_elsewhere = true;
        self.and(condition, values)
    }

    /// Whether it takes as long to count the rows as to name them.
    pub fn looks_elsewhere(&self) -> bool {
        self.looks_elsewhere
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
        self.values.extend(values);
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}
