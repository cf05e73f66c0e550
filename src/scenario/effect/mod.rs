//! What a rule does to a request or its answer: one effect a file.

pub mod body;
pub mod connection;
pub mod delay;
mod document;
pub mod error;
pub mod job;
mod kinds;
pub mod paging;
pub mod rate_limit;
pub mod records;
pub mod respond;
#[cfg(test)]
mod sample;
pub mod subquery;

use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use self::body::Body;
use self::connection::Connection;
use self::delay::Delay;
use self::error::ErrorEffect;
pub use self::kinds::Kinds;
use self::paging::Paging;
use self::rate_limit::RateLimit;
use self::records::Records;
use self::respond::Respond;
use super::node::{Content, Node};
use super::read::{self, Faults, Members};
use crate::kit::credential::AuthFault;
use crate::kit::job::Job;
use crate::kit::subquery::Subquery;

/// The effects of a rule, or those that were chosen for a request: at most one of each kind.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub delay: Option<Arc<Delay>>,
    pub error: Option<Arc<ErrorEffect>>,
    pub respond: Option<Arc<Respond>>,
    pub rate_limit: Option<Arc<RateLimit>>,
    pub auth: Option<AuthFault>,
    pub connection: Option<Connection>,
    pub body: Option<Arc<Body>>,
    /// Bytes a second.
    pub throttle: Option<NonZeroU64>,
    pub records: Option<Arc<Records>>,
    pub paging: Option<Arc<Paging>>,
    pub lag: Option<Duration>,
    pub job: Option<Job>,
    pub subquery: Option<Subquery>,
}

impl Effects {
    /// Reads the value of `effect`; files that it names are in `folder`.
    pub fn read(node: &Node, folder: Option<&Path>, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map such as { error: { status: 503 } }", faults)?;
        let effects = Self {
            delay: members.read("delay", Delay::read).map(Arc::new),
            error: members.read("error", ErrorEffect::read).map(Arc::new),
            respond: members
                .read("respond", |node, faults| Respond::read(node, folder, faults))
                .map(Arc::new),
            rate_limit: members.read("rate_limit", RateLimit::read).map(Arc::new),
            auth: members.read("auth", read::one_of),
            connection: members.read("connection", read::one_of),
            body: members.read("body", Body::read).map(Arc::new),
            throttle: members.read("throttle", |node, faults| {
                read::count(1)(node, faults).and_then(NonZeroU64::new)
            }),
            records: members.read("records", Records::read).map(Arc::new),
            paging: members.read("paging", Paging::read).map(Arc::new),
            lag: members.read("lag", read::duration),
            job: members.read("job", job::read),
            subquery: members.read("subquery", subquery::read),
        };
        members.finish();
        if matches!(&node.content, Content::Map(members) if members.is_empty()) {
            faults.note(node, "a rule needs an effect");
        }
        Some(effects)
    }

    pub fn is_empty(&self) -> bool {
        self.kinds() == Kinds::default()
    }

    /// Which there are.
    pub fn kinds(&self) -> Kinds {
        Kinds::default()
            .and_if(self.delay.is_some(), Kinds::DELAY)
            .and_if(self.error.is_some(), Kinds::ERROR)
            .and_if(self.respond.is_some(), Kinds::RESPOND)
            .and_if(self.rate_limit.is_some(), Kinds::RATE_LIMIT)
            .and_if(self.auth.is_some(), Kinds::AUTH)
            .and_if(self.connection.is_some(), Kinds::CONNECTION)
            .and_if(self.body.is_some(), Kinds::BODY)
            .and_if(self.throttle.is_some(), Kinds::THROTTLE)
            .and_if(self.records.is_some(), Kinds::RECORDS)
            .and_if(self.paging.is_some(), Kinds::PAGING)
            .and_if(self.lag.is_some(), Kinds::LAG)
            .and_if(self.job.is_some(), Kinds::JOB)
            .and_if(self.subquery.is_some(), Kinds::SUBQUERY)
    }

    /// Whether there are effects that make another body of an answer's.
    pub fn alter(&self) -> bool {
        self.paging.is_some() || self.records.is_some() || self.body.is_some()
    }

    /// These effects, but for kinds that `others` has already.
    pub fn without(&self, others: &Self) -> Self {
        /// What is wanted, unless there is one.
        fn free<T: Clone>(wanted: Option<&T>, taken: Option<&T>) -> Option<T> {
            wanted.filter(|_| taken.is_none()).cloned()
        }
        Self {
            delay: free(self.delay.as_ref(), others.delay.as_ref()),
            error: free(self.error.as_ref(), others.error.as_ref()),
            respond: free(self.respond.as_ref(), others.respond.as_ref()),
            rate_limit: free(self.rate_limit.as_ref(), others.rate_limit.as_ref()),
            auth: free(self.auth.as_ref(), others.auth.as_ref()),
            connection: free(self.connection.as_ref(), others.connection.as_ref()),
            body: free(self.body.as_ref(), others.body.as_ref()),
            throttle: free(self.throttle.as_ref(), others.throttle.as_ref()),
            records: free(self.records.as_ref(), others.records.as_ref()),
            paging: free(self.paging.as_ref(), others.paging.as_ref()),
            lag: free(self.lag.as_ref(), others.lag.as_ref()),
            job: free(self.job.as_ref(), others.job.as_ref()),
            subquery: free(self.subquery.as_ref(), others.subquery.as_ref()),
        }
    }

    /// These effects and those of `others`, which has none of the same kind.
    pub fn and(self, others: Self) -> Self {
        Self {
            delay: self.delay.or(others.delay),
            error: self.error.or(others.error),
            respond: self.respond.or(others.respond),
            rate_limit: self.rate_limit.or(others.rate_limit),
            auth: self.auth.or(others.auth),
            connection: self.connection.or(others.connection),
            body: self.body.or(others.body),
            throttle: self.throttle.or(others.throttle),
            records: self.records.or(others.records),
            paging: self.paging.or(others.paging),
            lag: self.lag.or(others.lag),
            job: self.job.or(others.job),
            subquery: self.subquery.or(others.subquery),
        }
    }
}
