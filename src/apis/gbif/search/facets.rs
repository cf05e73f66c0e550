//! Counting the values by which a search could be narrowed.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::Search;
use super::parameters::{self, Parameter, Reach};
use crate::apis::gbif::error::Error;
use crate::kit::call::Call;
use crate::kit::fields::Fields;
use crate::kit::param::{AnyParam, Param};

// Quirk (contract 10.4): the documents promise a hundred values, the service gives ten.
const USUAL_LIMIT: i64 = 100;

static FACET: Param<Vec<String>> = Param::repeated("facet", "A parameter whose values to count.");
static MINCOUNT: Param<Option<String>> =
    Param::optional("facetMincount", "Leaves out values with a lower count.");
static MULTISELECT: Param<Option<String>> =
    Param::optional("facetMultiselect", "`true` counts each facet without its own filter.");
static LIMIT: Param<Option<String>> =
    Param::optional("facetLimit", "How many values of each facet to give.");
static OFFSET: Param<Option<String>> =
    Param::optional("facetOffset", "How many values of each facet to skip.");

pub fn declared() -> [&'static dyn AnyParam; 5] {
    [&FACET, &MINCOUNT, &MULTISELECT, &LIMIT, &OFFSET]
}

/// One facet as it is answered.
#[derive(Debug, Serialize)]
pub struct Facet {
    field: &'static str,
    counts: Vec<Count>,
}

#[derive(Debug, Serialize)]
struct Count {
    name: String,
    count: i64,
}

/// Counts the facets that a request asks for.
pub fn count(call: &Call, db: &Connection, search: &Search) -> Result<Vec<Facet>, Error> {
    let mut facets: Vec<Facet> = Vec::new();
    let is_multiselect = last(&call.fields, "facetMultiselect")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    for spelling in named(&call.fields, "facet") {
        let Some(parameter) = parameters::find(spelling) else { continue };
        if facets.iter().any(|known| known.field == parameter.field) {
            continue;
        }
        let except = is_multiselect.then_some(parameter.field);
        let rows = search.rows(except);
        let (sql, mut values) = counting(parameter, search.is_narrow(except));
        let Some(sql) = sql else {
            facets.push(Facet { field: parameter.field, counts: Vec::new() });
            continue;
        };
        let sql = sql.replace("{rows}", &rows.to_string());
        // Where nothing narrows there are no values to bind either.
        values.extend(rows.values().iter().cloned());
        values.extend(Cut::read(&call.fields, spelling).values());
        let mut query = db.prepare_cached(&sql)?;
        let counts = query.query_map(params_from_iter(values), |row| {
            Ok(Count { name: row.get(0)?, count: row.get(1)? })
        })?;
        let counts = counts.collect::<rusqlite::Result<_>>()?;
        facets.push(Facet { field: parameter.field, counts });
    }
    Ok(facets)
}

/// The query that counts a parameter's values; none when they are not counted.
fn counting(parameter: &Parameter, is_narrow: bool) -> (Option<String>, Vec<Sql>) {
    const END: &str = "GROUP BY 1 HAVING count(*) >= ? ORDER BY 2 DESC, 1 LIMIT ? OFFSET ?";
    // Terms of contacts are kept for entities that are no hits too; all others belong to hits.
    let is_of_hits = !parameter.field.starts_with("CONTACT_");
    let of_terms = || {
        let of_found = if is_of_hits && !is_narrow {
            ""
        } else {
            "AND hit IN (SELECT gbif_hit.id FROM gbif_hit {rows})"
        };
        let sql = format!("SELECT value, count(*) FROM gbif_term WHERE field = ? {of_found} {END}");
        (Some(sql), vec![parameter.field.to_owned().into()])
    };
    match parameter.reach {
        Reach::Column(_, select) => {
            let column = select.split([' ', ',']).nth(1).unwrap_or_default();
            let sql = format!("{select} {{rows}} AND gbif_hit.{column} IS NOT NULL {END}");
            (Some(sql), Vec::new())
        }
        Reach::Terms => of_terms(),
        Reach::Sql(..) if parameter.field == "DECADE" => of_terms(),
        Reach::Sql(_, values) => (values.map(of_values), Vec::new()),
    }
}

/// The query that counts values which stand in rows of their own.
fn of_values(values: &str) -> String {
    format!(
        "SELECT value, count(DISTINCT hit) FROM ({values})
         WHERE value IS NOT NULL AND hit IN (SELECT gbif_hit.id FROM gbif_hit {{rows}})
         GROUP BY 1 HAVING count(DISTINCT hit) >= ? ORDER BY 2 DESC, 1 LIMIT ? OFFSET ?"
    )
}

/// Which of a facet's values are given.
struct Cut {
    at_least: i64,
    limit: i64,
    offset: i64,
}

impl Cut {
    /// What a request says of one facet, else of all, else what is usual.
    fn read(fields: &Fields, spelling: &str) -> Self {
        let number = |text: &str| text.trim().parse::<i64>().ok().filter(|number| *number >= 0);
        let own = |name: &str| last(fields, &format!("{spelling}.{name}")).and_then(number);
        let of_all = |name: &str| last(fields, name).and_then(number);
        Self {
            at_least: of_all("facetMincount").unwrap_or(1).max(1),
            limit: own("facetLimit").or_else(|| of_all("facetLimit")).unwrap_or(USUAL_LIMIT),
            offset: own("facetOffset").or_else(|| of_all("facetOffset")).unwrap_or(0),
        }
    }

    fn values(&self) -> [Sql; 3] {
        [self.at_least.into(), self.limit.into(), self.offset.into()]
    }
}

fn named<'f>(fields: &'f Fields, name: &str) -> impl Iterator<Item = &'f str> {
    fields.query().filter(move |(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, text)| text)
}

fn last<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    named(fields, name).last()
}
