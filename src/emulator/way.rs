//! The way of a request through an API, step by step.

use std::cell::{OnceCell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use rusqlite::Connection;

use super::circumstances::Circumstances;
use super::flow;
use crate::control::problem;
use crate::kit::call::{Call, Caller, Request, Setting};
use crate::kit::chance::Chance;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::fields::Fields;
use crate::kit::habits::{Check, Unknown};
use crate::kit::mount::Mount;
use crate::kit::nearest::nearest;
use crate::kit::outside::Outside;
use crate::kit::param::AnyParam;
use crate::kit::reply::{Rejection, Reply};
use crate::kit::rest::Rest;
use crate::kit::routes::Found;
use crate::kit::upload::{self, Upload};
use crate::session::Session;
use crate::store::{Database, Transaction};

impl Mount {
    /// The reply to a routed request, and why it was refused if it was.
    pub fn answer(
        &self,
        request: &Request,
        found: Result<Found, Rejection>,
        path: &str,
        prefix: String,
        session: &Session,
    ) -> (Reply, Option<String>) {
        let circumstances = Circumstances::of(session, &[]);
        self.answer_under(request, found, path, prefix, &circumstances)
    }

    /// The same under circumstances that scenarios make.
    pub(super) fn answer_under(
        &self,
        request: &Request,
        found: Result<Found, Rejection>,
        path: &str,
        prefix: String,
        circumstances: &Circumstances,
    ) -> (Reply, Option<String>) {
        let session = circumstances.session;
        let endpoint =
            found.as_ref().ok().map(|found| &self.routes.endpoints[found.place.endpoint]);
        let attempt = || {
            let Found { place, fields } = match found {
                Ok(found) => found,
                Err(rejection) => {
                    return Err(self.unrouted(rejection, request, path, prefix, session));
                }
            };
            let endpoint = &self.routes.endpoints[place.endpoint];
            self.attempt(endpoint, request, fields, path, prefix, circumstances)
        };
        let outcome =
            catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|panic| Err(broken(&*panic)));
        match outcome {
            Ok(mut reply) => {
                let why = reply.why.take();
                (reply, why.map(String::from))
            }
            Err(rejection) => {
                let why = self.explain(&rejection, endpoint, path);
                (self.refuse(request, path, session.now(), rejection), why)
            }
        }
    }

    /// What is said of a request that no endpoint takes: first about its caller, where the API asks for that first.
    fn unrouted(
        &self,
        rejection: Rejection,
        request: &Request,
        path: &str,
        prefix: String,
        session: &Session,
    ) -> Rejection {
        let checks = self.api.habits().checks;
        let place_of = |check| checks.iter().position(|listed| *listed == check);
        let asks_who_first = place_of(Check::Path) > place_of(Check::Caller);
        if !asks_who_first
            || !matches!(rejection, Rejection::NoSuchPath | Rejection::WrongMethod { .. })
        {
            return rejection;
        }
        let mut fields = Fields::new(self.api.habits());
        fields.push_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
        let call = self.call(request, path, (fields, Vec::new()), prefix, session);
        let asked = session.data.transact(Transaction::Read, |db| self.api.caller(&call, db));
        asked.err().unwrap_or(rejection)
    }

    /// A request as handlers see it, of whose caller nothing is known yet.
    pub(super) fn call<'r>(
        &self,
        request: &'r Request,
        path: &'r str,
        (mut fields, uploads): (Fields, Vec<Upload>),
        prefix: String,
        session: &Session,
    ) -> Call<'r> {
        fields.follow(session.live_quirks());
        Call {
            request,
            path,
            fields,
            uploads,
            caller: Caller::Nobody,
            prefix,
            now: session.now(),
            habits: self.api.habits(),
            present: None,
            job: Setting::default(),
            subquery: Setting::default(),
            outside: None,
            chance: RefCell::default(),
            trace: OnceCell::new(),
            base: OnceCell::new(),
        }
    }

    /// The way of a request through an API, step by step.
    fn attempt(
        &self,
        endpoint: &Endpoint,
        request: &Request,
        mut fields: Fields,
        path: &str,
        prefix: String,
        circumstances: &Circumstances,
    ) -> Result<Reply, Rejection> {
        let session = circumstances.session;
        let uploads = read_form(endpoint, request, &mut fields)?;
        if !endpoint.asks_outside {
            let call = self.call(request, path, (fields, uploads), prefix, session);
            return self.transact(endpoint, call, circumstances);
        }
        let outside = Outside::default();
        loop {
            let form = (fields.clone(), uploads.clone());
            let call = self.call(request, path, form, prefix.clone(), session);
            let call = Call { outside: Some(&outside), ..call };
            let outcome = self.transact(endpoint, call, circumstances);
            if outcome.is_ok() || !outside.bring() {
                return outcome;
            }
        }
    }

    /// One run of the endpoint, which leaves a trace if it succeeds.
    fn transact(
        &self,
        endpoint: &Endpoint,
        call: Call,
        circumstances: &Circumstances,
    ) -> Result<Reply, Rejection> {
        let session = circumstances.session;
        let past = circumstances.past(endpoint, &call);
        let transaction = transaction(endpoint, &call.fields);
        let keeps_past = circumstances.reach.filter(|_| transaction == Transaction::Write);
        session.data.transact(transaction, |db| {
            let mut call = circumstances.bear_on(call, past.is_some().then_some(db));
            let before = match keeps_past {
                Some(reach) => Some((session.past.before(&session.data, call.now, reach)?, reach)),
                None => None,
            };
            let reply = self.work(endpoint, &mut call, db, past.as_deref())?;
            match (transaction, before) {
                (_, Some((before, reach))) => session.past.note(before, call.now, reach),
                // What was kept before knows nothing of this write, and would hide it.
                (Transaction::Write, None) => drop(session.past.forget()),
                (Transaction::Read, None) => {}
            }
            Ok(reply)
        })
    }

    /// All that is done in a transaction.
    pub(super) fn work(
        &self,
        endpoint: &Endpoint,
        call: &mut Call,
        db: &Connection,
        past: Option<&Database>,
    ) -> Result<Reply, Rejection> {
        let writes = endpoint.may_write(&call.fields);
        if writes {
            call.chance = RefCell::new(Chance::load(db)?);
        }
        let mut outcome = self.check_and_run(endpoint, call, db, past);
        match &mut outcome {
            Ok(reply) => self.api.finish(call, db, reply)?,
            Err(Rejection::Failed { reply, .. }) => self.api.finish(call, db, reply)?,
            Err(_) => {}
        }
        let reply = outcome?;
        call.chance.borrow().save(db)?;
        Ok(reply)
    }

    fn check_and_run(
        &self,
        endpoint: &Endpoint,
        call: &mut Call,
        db: &Connection,
        past: Option<&Database>,
    ) -> Result<Reply, Rejection> {
        for check in self.api.habits().checks {
            match (check, endpoint.access) {
                (Check::Caller, _) => call.caller = self.api.caller(call, db)?,
                (Check::Access, Access::Role(role)) => self.api.admit(call, role, db)?,
                (Check::Access, Access::Open | Access::Handler(_)) | (Check::Path, _) => {}
                (Check::Params, _) => self.check_params(endpoint, &call.fields)?,
            }
        }
        let Some(past) = past else { return endpoint.run(call, db) };
        let mut reply = past.transact(Transaction::Read, |db| endpoint.run(call, db))?;
        // What follows the body must not be read from the present.
        if let Some(Rest::Stored(rest)) = reply.rest.take() {
            flow::complete(past, &rest, &mut reply);
        }
        Ok(reply)
    }

    fn check_params(&self, endpoint: &Endpoint, fields: &Fields) -> Result<(), Rejection> {
        if self.api.habits().unknown_params == Unknown::Refuse {
            let names = endpoint.unknown(fields);
            if !names.is_empty() {
                return Err(Rejection::UnknownParams { names });
            }
        }
        endpoint.check(fields)
    }

    /// A refusal in the API's words.
    pub(super) fn refuse(
        &self,
        request: &Request,
        path: &str,
        now: Timestamp,
        rejection: Rejection,
    ) -> Reply {
        match rejection {
            Rejection::Failed { reply, .. } => *reply,
            Rejection::NoSuchPath if self.is_unemulated(path) => {
                problem::unemulated(self.api.title(), path, self.nearest(path))
            }
            rejection => {
                if let Rejection::Broken { reason } = &rejection {
                    tracing::error!(api = self.api.name(), path, reason, "wardian failed");
                }
                self.api.refuse(request, now, rejection)
            }
        }
    }

    /// Why a request is refused, and what it may have meant; none for an answer that is no refusal.
    pub(super) fn explain(
        &self,
        rejection: &Rejection,
        endpoint: Option<&Endpoint>,
        path: &str,
    ) -> Option<String> {
        let near = match (rejection, endpoint) {
            (Rejection::NoSuchPath, _) => self.nearest(path).map(|route| ("route", route)),
            (Rejection::UnknownParams { names }, Some(endpoint)) => {
                let known = endpoint.all_params().map(AnyParam::name);
                let first = names.first().map_or("", String::as_str);
                nearest(first, known).map(|param| ("parameter", param))
            }
            (Rejection::Failed { why, .. }, _) if why.is_empty() => return None,
            _ => None,
        };
        Some(match near {
            Some((kind, near)) => format!("{rejection}; the nearest {kind} is {near}"),
            None => rejection.to_string(),
        })
    }
}

/// The transaction that a request takes.
pub(super) fn transaction(endpoint: &Endpoint, fields: &Fields) -> Transaction {
    if endpoint.may_write(fields) { Transaction::Write } else { Transaction::Read }
}

pub(super) fn read_form(
    endpoint: &Endpoint,
    request: &Request,
    fields: &mut Fields,
) -> Result<Vec<Upload>, Rejection> {
    if endpoint.takes_form { upload::read_form(request, fields) } else { Ok(Vec::new()) }
}

/// What a panic is to the client: a failure of the service's.
pub(super) fn broken(panic: &(dyn std::any::Any + Send)) -> Rejection {
    let text = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Rejection::Broken { reason: format!("a handler panicked: {}", text.unwrap_or_default()) }
}
