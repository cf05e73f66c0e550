//! What the work on one request needs at hand.

use std::cell::RefCell;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension};

use super::arguments::{Arguments, Change};
use super::error::Error;
use super::model::Model;
use super::parameter::Parameter;
use super::tables::nested::Recurring;
use crate::kit::call::Call;

/// One request at work: what it says, the store, and whose key it carries.
pub struct Context<'c> {
    pub call: &'c Call<'c>,
    pub db: &'c Connection,
    pub user: Option<User>,
    /// Where images may be fetched from.
    pub upload_hosts: &'c Arc<[String]>,
    /// What the answer shows more than once.
    pub recurring: Recurring,
    /// Records that became part of others: which, and of which.
    pub merged: RefCell<Vec<(i64, i64)>>,
}

/// The owner of a request's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: i64,
    pub login: String,
    pub legal_name: String,
    pub license: i64,
    pub is_admin: bool,
    /// The notes of the key: which app it is for.
    pub app: String,
}

impl Context<'_> {
    /// The address under which the service's site is reached: `http://127.0.0.1:8080/mo`.
    pub fn site(&self) -> &str {
        self.call.base()
    }

    /// The caller, who has to be known.
    pub fn user(&self) -> Result<&User, Error> {
        self.user.as_ref().ok_or(Error::MustAuthenticate)
    }

    pub fn user_id(&self) -> Option<i64> {
        self.user.as_ref().map(|user| user.id)
    }

    /// Now, as the store writes it.
    pub fn now(&self) -> String {
        written(self.call.now)
    }

    /// Today's date, UTC.
    pub fn today(&self) -> String {
        self.call.now.strftime("%Y-%m-%d").to_string()
    }

    /// The day that a record is moved to: the one given, today when it is taken away.
    pub fn new_day(&self, arguments: &Arguments, parameter: &Parameter) -> Option<Change> {
        let given = arguments.has(parameter);
        let day = given
            .then(|| arguments.day(parameter).map_or_else(|| self.today(), |day| day.to_string()));
        day.map(|day| ("when", day.into()))
    }

    /// The ids of what records are now, each once.
    pub fn after_merging(&self, ids: Vec<i64>) -> Vec<i64> {
        let merged = self.merged.borrow();
        if merged.is_empty() {
            return ids;
        }
        let part_of = |id: i64| merged.iter().find(|(gone, _)| *gone == id).map(|(_, kept)| *kept);
        let mut now: Vec<i64> = Vec::with_capacity(ids.len());
        for mut id in ids {
            while let Some(kept) = part_of(id) {
                id = kept;
            }
            if !now.contains(&id) {
                now.push(id);
            }
        }
        now
    }

    /// The first column of the first row, if there is one.
    pub fn find<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<Option<T>, Error> {
        Ok(self.db.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?)
    }

    /// Whether a query has any row.
    pub fn any(&self, sql: &str, values: impl rusqlite::Params) -> Result<bool, Error> {
        Ok(self.db.prepare_cached(sql)?.exists(values)?)
    }

    /// Changes the store and tells how many rows that were.
    pub fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<usize, Error> {
        Ok(self.db.prepare_cached(sql)?.execute(values)?)
    }

    /// Changes columns of a record, and when it was changed.
    pub fn update(
        &self,
        model: Model,
        id: i64,
        changes: impl IntoIterator<Item = Change>,
    ) -> Result<(), Error> {
        let mut sql = format!("UPDATE {} SET updated_at = ?", model.table());
        let mut values = vec![Sql::Text(self.now())];
        for (column, value) in changes {
            sql.extend([", `", column, "` = ?"]);
            values.push(value);
        }
        sql += " WHERE id = ?";
        values.push(Sql::Integer(id));
        self.run(&sql, rusqlite::params_from_iter(values))?;
        Ok(())
    }

    /// Inserts a row and gives its id.
    pub fn insert(&self, sql: &str, values: impl rusqlite::Params) -> Result<i64, Error> {
        Ok(self.db.prepare_cached(sql)?.insert(values)?)
    }

    /// The first column of every row.
    pub fn column<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<T>, Error> {
        let rows = self
            .db
            .prepare_cached(sql)?
            .query_map(values, |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }
}

/// A moment as the store writes it.
pub fn written(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
