//! What scenarios change about the way in which a request is carried out.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use crate::kit::call::{Call, Setting};
use crate::kit::endpoint::Endpoint;
use crate::kit::job::Job;
use crate::kit::subquery::Subquery;
use crate::session::Session;
use crate::store::Database;

/// In which session and under which circumstances a request is carried out.
pub struct Circumstances<'s> {
    pub session: &'s Session,
    /// How far a search lags behind.
    pub lag: Option<Duration>,
    /// How long the past is kept, since searches may lag behind.
    pub reach: Option<Duration>,
    /// What becomes of work that is set going.
    pub job: Option<Job>,
    /// Which of the databases that the service asks in turn fails.
    pub subquery: Option<Subquery>,
    /// Whether the answer told of the past.
    pub lagged: Cell<bool>,
    /// Whether work was set going, and whether a database was asked.
    pub worked: Cell<bool>,
    pub queried: Cell<bool>,
}

impl<'s> Circumstances<'s> {
    /// Those of a request that no rule touches; `named` are the scenarios that apply to it besides the active ones.
    pub fn of(session: &'s Session, named: &[&str]) -> Self {
        let stage = &session.stage;
        let is_usual = named.is_empty() && !stage.is_live();
        let reach = if is_usual { None } else { stage.longest_lag(named) };
        Self {
            session,
            lag: None,
            reach,
            job: None,
            subquery: None,
            lagged: Cell::default(),
            worked: Cell::default(),
            queried: Cell::default(),
        }
    }

    /// What a request is answered from, if it searches and that lags behind.
    pub fn past(&self, endpoint: &Endpoint, call: &Call) -> Option<Arc<Database>> {
        let lag = self.lag.filter(|_| endpoint.is_search(&call.fields))?;
        let past = self.session.past.data(call.now, lag);
        self.lagged.set(past.is_some());
        past
    }

    /// A call as it is for the time of a transaction; `present` is the store, if it is answered from the past.
    pub fn bear_on<'c>(&'c self, call: Call<'c>, present: Option<&'c Connection>) -> Call<'c> {
        let job = Setting::new(self.job, &self.worked);
        let subquery = Setting::new(self.subquery, &self.queried);
        Call { present, job, subquery, ..call }
    }
}
