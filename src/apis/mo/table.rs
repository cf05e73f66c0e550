//! Tables, and the four methods that all of them have in common.
//!
//! A table is a value: what it is called, which parameters select its records, which make and change them, and the
//! functions that do so. Routing, help, the refusal of unknown parameters and the OpenAPI document read the same value.

use http::Method;

use super::arguments::{Argument, Arguments};
use super::context::Context;
use super::error::Error;
use super::filter::Filter;
use super::model::Model;
use super::parameter::{EVERYWHERE, Form, Kind, Parameter};
use super::render::{Results, Search};
use super::rows::Rows;
use super::sent::Sent;
use super::tree::Object;
use super::{help, request};
use crate::kit::call::Call;
use crate::kit::quirk::Quirk;

/// One kind of record with its methods.
pub struct Table {
    /// In paths: `observations`.
    pub name: &'static str,
    pub model: Model,
    /// The word in refusals of a method that the table lacks.
    pub refused_as: &'static str,
    /// How many records a page has at low and at high detail.
    pub pages: (usize, usize),
    /// Whether it can be read at all.
    pub reads: bool,
    /// What always holds for its records: only public descriptions are ever shown.
    pub scope: Option<&'static str>,
    pub filters: &'static [Filter],
    pub also: Option<Also>,
    /// The records of these ids, in their order, as answers show them.
    pub show: Show,
    pub create: Option<Create>,
    pub update: Option<Update>,
    pub delete: Option<Delete>,
}

/// Shows records.
pub type Show = fn(&Context, &[i64], Detail) -> Result<Vec<Object>, Error>;

/// A condition that several parameters make together, or their absence.
pub type Also = fn(&Context, &Arguments, &mut Rows) -> Result<(), Error>;

pub struct Create {
    pub parameters: &'static [&'static Parameter],
    /// Makes the record and gives its id.
    pub run: fn(&Context, &Arguments) -> Result<i64, Error>,
}

/// A look at a change as a whole.
pub type Check = fn(&Context, &Arguments, &[i64]) -> Result<(), Error>;

pub struct Update {
    pub parameters: &'static [&'static Parameter],
    /// Refuses what cannot be done to these records, before anything is changed.
    pub check: Option<Check>,
    /// Whether the caller may change this record.
    pub permit: fn(&Context, &Arguments, i64) -> Result<(), Error>,
    pub run: fn(&Context, &Arguments, i64) -> Result<(), Error>,
}

pub struct Delete {
    /// The quirk of the live service without which the method is refused.
    pub only_if: Option<&'static Quirk>,
    pub permit: fn(&Context, i64) -> Result<(), Error>,
    pub run: fn(&Context, i64) -> Result<(), Error>,
}

/// How much an answer shows of its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    None,
    Low,
    High,
}

/// Page lengths by weight.
pub const LIGHT: (usize, usize) = (1000, 1000);
pub const STANDARD: (usize, usize) = (1000, 100);
pub const HEAVY: (usize, usize) = (100, 100);

/// What a method gives.
pub struct Done {
    pub search: Option<Search>,
    pub results: Results,
}

impl Table {
    /// Does what the request asks for: the four methods.
    pub fn run(
        &'static self,
        method: &Method,
        context: &Context,
        sent: &Sent,
    ) -> Result<Done, Refusal> {
        let refused =
            || Error::NoMethodForAction { method: method.to_string(), table: self.refused_as };
        match *method {
            Method::POST => self.post(self.create.as_ref().ok_or_else(refused)?, context, sent),
            Method::PATCH => self.patch(self.update.as_ref().ok_or_else(refused)?, context, sent),
            Method::DELETE => {
                let has_it = |delete: &&Delete| {
                    delete.only_if.is_none_or(|quirk| context.call.is_live(quirk))
                };
                let delete = self.delete.as_ref().filter(has_it).ok_or_else(refused)?;
                self.delete(delete, context, sent)
            }
            _ if self.reads => Ok(self.get(context, sent)?),
            _ => Err(refused().into()),
        }
    }

    fn get(&'static self, context: &Context, sent: &Sent) -> Result<Done, Error> {
        let arguments = self.read_query(context, sent)?;
        self.refuse_unknown(context, sent, &[])?;
        let window = self.window(sent)?;
        let (search, ids) = self.select(context, &arguments, window)?;
        self.finish(context, Some(search), ids, window.detail)
    }

    fn post(
        &'static self,
        create: &'static Create,
        context: &Context,
        sent: &Sent,
    ) -> Result<Done, Refusal> {
        context.user()?;
        let mut arguments = Arguments::default();
        let known = || known_in(context.call, create.parameters.iter().copied());
        arguments.read(known(), sent, context)?;
        if sent.has("help") {
            return Err(Error::HelpMessage(help::of(known())).into());
        }
        refuse_unknown(sent, known())?;
        let detail = self.window(sent)?.detail;
        let id = (create.run)(context, &arguments)?;
        Ok(self.finish(context, None, vec![id], detail)?)
    }

    fn patch(
        &'static self,
        update: &'static Update,
        context: &Context,
        sent: &Sent,
    ) -> Result<Done, Refusal> {
        context.user()?;
        let query = self.read_query(context, sent)?;
        let mut changes = Arguments::default();
        changes.read(update.parameters.iter().copied(), sent, context)?;
        let is_unclear =
            |p: &&&Parameter| p.kind == Kind::Boolean && changes.get(p) == Some(&Argument::Blank);
        if let Some(unclear) = update.parameters.iter().find(is_unclear) {
            return Err(Error::ParameterCantBeBlank(unclear.name).into());
        }
        if sent.has("help") {
            let help = help::of_update(self.query_parameters(), update.parameters.iter().copied());
            return Err(Error::HelpMessage(help).into());
        }
        self.refuse_unknown(context, sent, update.parameters)?;
        // Whether to log a change is no change.
        let sets = update.parameters.iter().any(|p| p.name != "log" && changes.has(p));
        if !sets {
            return Err(Error::MissingSetParameters.into());
        }
        let window = self.window(sent)?;
        let (search, ids) = self.select(context, &query, window)?;
        if let Some(check) = update.check {
            check(context, &changes, &ids)?;
        }
        walk(context, &ids, |id| {
            (update.permit)(context, &changes, id)?;
            (update.run)(context, &changes, id)
        })?;
        Ok(self.finish(context, Some(search), context.after_merging(ids), window.detail)?)
    }

    fn delete(
        &'static self,
        delete: &'static Delete,
        context: &Context,
        sent: &Sent,
    ) -> Result<Done, Refusal> {
        context.user()?;
        let query = self.read_query(context, sent)?;
        self.refuse_unknown(context, sent, &[])?;
        let window = self.window(sent)?;
        let (search, ids) = self.select(context, &query, window)?;
        // What they were is shown after they are gone.
        let done = self.finish(context, Some(search), ids.clone(), window.detail)?;
        walk(context, &ids, |id| {
            (delete.permit)(context, id)?;
            (delete.run)(context, id)
        })?;
        Ok(done)
    }

    pub fn query_parameters(&'static self) -> impl Iterator<Item = &'static Parameter> + Clone {
        self.filters.iter().map(|filter| &filter.parameter)
    }

    fn read_query(&'static self, context: &Context, sent: &Sent) -> Result<Arguments, Error> {
        let mut arguments = Arguments::default();
        arguments.read(known_in(context.call, self.query_parameters()), sent, context)?;
        Ok(arguments)
    }

    /// Help wins over unknown parameters.
    fn refuse_unknown(
        &'static self,
        context: &Context,
        sent: &Sent,
        changes: &'static [&'static Parameter],
    ) -> Result<(), Error> {
        if sent.has("help") {
            return Err(Error::HelpMessage(help::of(self.query_parameters())));
        }
        let known = self.query_parameters().chain(changes.iter().copied());
        refuse_unknown(sent, known_in(context.call, known))
    }

    fn window(&self, sent: &Sent) -> Result<Window, Error> {
        let detail = request::detail(sent)?;
        let length = match detail {
            Detail::None => None,
            Detail::Low => Some(self.pages.0),
            Detail::High => Some(self.pages.1),
        };
        Ok(Window { detail, length, page: request::page(sent)? })
    }

    /// The ids of the page asked for, of all the records that the query is for.
    fn select(
        &self,
        context: &Context,
        arguments: &Arguments,
        window: Window,
    ) -> Result<(Search, Vec<i64>), Error> {
        let mut rows = Rows::of(self.model);
        if let Some(scope) = self.scope {
            rows.and(scope, []);
        }
        for filter in self.filters {
            filter.add(context, arguments, &mut rows)?;
        }
        if let Some(also) = self.also {
            also(context, arguments, &mut rows)?;
        }
        let (records, ids) = match window.length {
            None => {
                let ids = rows.ids(context.db)?;
                let first = window.page <= 1;
                (ids.len(), if first { ids } else { Vec::new() })
            }
            Some(length) => {
                // Pages below the first show the first.
                let before = usize::try_from(window.page.max(1) - 1).unwrap_or(usize::MAX);
                let most = usize::try_from(i64::MAX).unwrap_or(usize::MAX);
                rows.stretch(context.db, length, before.saturating_mul(length).min(most))?
            }
        };
        let pages = match window.length {
            None => usize::from(records > 0),
            Some(length) => records.div_ceil(length),
        };
        Ok((Search { sql: rows.shown(), records, pages, page: window.page }, ids))
    }

    fn finish(
        &self,
        context: &Context,
        search: Option<Search>,
        ids: Vec<i64>,
        detail: Detail,
    ) -> Result<Done, Error> {
        let results = match detail {
            Detail::None => Results::Ids { kind: self.model.word(), ids },
            detail => {
                Results::Objects { table: self.name, objects: (self.show)(context, &ids, detail)? }
            }
        };
        Ok(Done { search, results })
    }
}

/// Why a request is not answered with records.
#[derive(Debug)]
pub enum Refusal {
    /// Nothing was done.
    Whole(Error),
    /// Some records refused; the others are changed.
    ///
    /// Quirk (contract 6.7): the answer then shows the refusals alone.
    Partial(Vec<Error>),
}

impl Refusal {
    pub fn into_errors(self) -> Vec<Error> {
        match self {
            Self::Whole(error) => vec![error],
            Self::Partial(errors) => errors,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Whole(error)
    }
}

/// Does something to each record; one that refuses stays as it was.
fn walk(
    context: &Context,
    ids: &[i64],
    work: impl Fn(i64) -> Result<(), Error>,
) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    for id in ids {
        context.run("SAVEPOINT record", [])?;
        if let Err(error) = work(*id) {
            context.run("ROLLBACK TO record", [])?;
            errors.push(match error {
                Error::QueryError(reason) => Error::StatementInvalid(reason),
                error => error,
            });
        }
        context.run("RELEASE record", [])?;
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Partial(errors)) }
}

/// Which part of the records an answer shows, and how much of each.
#[derive(Clone, Copy, Debug)]
struct Window {
    detail: Detail,
    /// All of them when there is none.
    length: Option<usize>,
    page: i64,
}

/// The parameters that the service has, live ones being without some that are documented.
fn known_in<'c>(
    call: &'c Call,
    parameters: impl Iterator<Item = &'static Parameter> + Clone + 'c,
) -> impl Iterator<Item = &'static Parameter> + Clone + 'c {
    parameters.filter(move |parameter| !parameter.gone_in.is_some_and(|quirk| call.is_live(quirk)))
}

fn refuse_unknown(
    sent: &Sent,
    known: impl Iterator<Item = &'static Parameter> + Clone,
) -> Result<(), Error> {
    let known = known.chain(&EVERYWHERE);
    let is_known = |name: &str| known.clone().any(|parameter| parameter.name == name);
    let takes_fields = |name: &str| {
        known.clone().any(|parameter| parameter.name == name && parameter.form == Form::Fields)
    };
    let unknown = sent.unknown(is_known, takes_fields);
    if unknown.is_empty() { Ok(()) } else { Err(Error::UnusedParameters(unknown)) }
}
