//! Query parameters as conditions on rows.

use super::arguments::{Argument, Arguments, Value};
use super::context::Context;
use super::error::Error;
use super::model::Model;
use super::parameter::Parameter;
use super::rows::Rows;
use super::search::Search;
use super::tables::{name, observation};

/// A query parameter, and the rows that it lets through.
pub struct Filter {
    pub parameter: Parameter,
    pub rule: Rule,
}

/// How a parameter becomes a condition. In SQL, `{}` stands for what the request says.
pub enum Rule {
    /// The record's own id.
    Id,
    /// A condition with a list of ids: `x IN {}`.
    Ids(&'static str),
    /// A condition that has to hold, or not to hold.
    Is(&'static str),
    /// The value is this expression, whatever its case.
    Exact(&'static str),
    /// The words are found in this expression.
    Has(&'static str),
    /// A condition in which `{}` is that the words are found in the expression.
    HasWithin(&'static str, &'static str),
    /// A column with days lies in the period.
    Days(&'static str),
    /// A column with moments lies in the period.
    Times(&'static str),
    /// A condition with a list of names, widened by `include_synonyms` and `include_subtaxa`.
    Names(&'static str),
    /// The same for a name and its synonyms.
    SynonymsOf(&'static str),
    /// The same for what is below a name.
    ChildrenOf(&'static str),
    /// What the filter of this name is for observations, for those that `{}` in the condition lists.
    OfObservation(&'static str, &'static str),
    /// What the others cannot say of the value.
    Given(fn(&Argument, &mut Rows)),
    /// What takes a look at the store or at other parameters.
    Custom(fn(&Context, &Arguments, &Argument, &mut Rows) -> Result<(), Error>),
    /// Read by another filter, or without effect.
    Aside,
}

impl Filter {
    pub const fn new(parameter: Parameter, rule: Rule) -> Self {
        Self { parameter, rule }
    }

    /// Adds its condition, if the request gives the parameter.
    pub fn add(
        &self,
        context: &Context,
        arguments: &Arguments,
        rows: &mut Rows,
    ) -> Result<(), Error> {
        let Some(argument) = arguments.get(&self.parameter) else { return Ok(()) };
        self.rule.add(context, arguments, argument, rows)
    }
}

impl Rule {
    fn add(
        &self,
        context: &Context,
        arguments: &Arguments,
        argument: &Argument,
        rows: &mut Rows,
    ) -> Result<(), Error> {
        match self {
            Self::Custom(add) => return add(context, arguments, argument, rows),
            Self::Given(add) => {
                add(argument, rows);
                return Ok(());
            }
            Self::OfObservation(condition, name) => {
                let filter = observation::TABLE.filters.iter().find(|f| f.parameter.name == *name);
                let filter = filter.expect("observations are filtered so");
                let mut observations = Rows::of(Model::Observation);
                filter.rule.add(context, arguments, argument, &mut observations)?;
                rows.and_rows(condition, observations);
                return Ok(());
            }
            Self::Names(condition) => {
                let names = name::widened(context, arguments, &ids_of(argument))?;
                rows.and_ids(condition, &names);
                return Ok(());
            }
            Self::SynonymsOf(condition) => {
                rows.and_ids(condition, &name::with_synonyms(context, &ids_of(argument))?);
                return Ok(());
            }
            Self::ChildrenOf(condition) => {
                rows.and_ids(condition, &name::below(context, &ids_of(argument))?);
                return Ok(());
            }
            _ => {}
        }
        match (self, argument) {
            (Rule::Aside, _) | (_, Argument::Blank) => {}
            (Rule::Id, Argument::Many(values)) => add_ids(values, rows),
            (Rule::Ids(condition), Argument::Many(values)) => {
                rows.and_ids(condition, &integers(values));
            }
            (Rule::Ids(condition), Argument::One(Value::Integer(id))) => {
                rows.and_ids(condition, &[*id]);
            }
            (Rule::Is(condition), Argument::One(Value::Flag(flag))) => {
                rows.and_is(condition, *flag);
            }
            (Rule::Exact(expression), Argument::One(value)) => {
                rows.and_texts(expression, vec![value.to_sql()]);
            }
            (Rule::Exact(expression), Argument::Many(values)) => {
                rows.and_texts(expression, values.iter().map(Value::to_sql).collect());
            }
            (Rule::Has(expression), Argument::One(Value::Text(text))) => {
                rows.and_search("{}", expression, &Search::parse(text));
            }
            (Rule::HasWithin(within, expression), Argument::One(Value::Text(text))) => {
                rows.and_search(within, expression, &Search::parse(text));
            }
            (Rule::Days(column), Argument::One(Value::Period(period))) => {
                rows.and_days(column, period);
            }
            (Rule::Times(column), Argument::One(Value::Period(period))) => {
                rows.and_times(column, period);
            }
            (_, argument) => unreachable!("{argument:?} does not fit the rule it is declared with"),
        }
        Ok(())
    }
}

fn add_ids(values: &[Value], rows: &mut Rows) {
    let spans: Vec<(i64, i64)> = values
        .iter()
        .filter_map(|value| match value {
            Value::Span(first, last) => Some((*first, *last)),
            _ => None,
        })
        .collect();
    let mut ids = integers(values);
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() && spans.is_empty() {
        return;
    }
    rows.and_own_ids(&ids, &spans);
}

pub fn integers(values: &[Value]) -> Vec<i64> {
    values
        .iter()
        .filter_map(|value| match value {
            Value::Integer(id) => Some(*id),
            _ => None,
        })
        .collect()
}

/// Like [`integers`], for an argument of any form.
pub fn ids_of(argument: &Argument) -> Vec<i64> {
    match argument {
        Argument::Many(values) => integers(values),
        Argument::One(Value::Integer(id)) => vec![*id],
        _ => Vec::new(),
    }
}
