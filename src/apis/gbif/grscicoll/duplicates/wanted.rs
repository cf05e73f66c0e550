//! What is asked about duplicates.

use std::collections::HashSet;

use rusqlite::types::Value;
use uuid::Uuid;

use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::error::{Error, Violation};
use crate::apis::gbif::grscicoll::COLLECTION;
use crate::apis::gbif::quirk::DUPLICATES;
use crate::apis::gbif::value::CountryCode;
use crate::kit::call::Call;
use crate::kit::param::{AnyParam, Param};
use crate::kit::value::{Expects, FromText};

/// A yes or no, or the text that is neither.
#[derive(Debug)]
pub struct YesOrNo(Result<bool, String>);

// Quirk (contract 4.5): what is neither is a violation, of which each is told.
impl FromText for YesOrNo {
    const EXPECTS: Expects = Expects::Boolean;

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(match text.trim().to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => Ok(true),
            "false" | "off" | "no" | "0" => Ok(false),
            _ => Err(text.to_owned()),
        }))
    }

    fn into_sql(self) -> Value {
        self.0.map_or(Value::Null, |yes| Value::Integer(yes.into()))
    }
}

static SAME_NAME: Param<Option<YesOrNo>> =
    Param::optional("sameName", "Whether names are the same but for case, accents and blanks.");
static SAME_FUZZY_NAME: Param<Option<YesOrNo>> =
    Param::optional("sameFuzzyName", "Whether names are much alike.");
static SAME_CODE: Param<Option<YesOrNo>> =
    Param::optional("sameCode", "Whether codes are the same.");
static SAME_COUNTRY: Param<Option<YesOrNo>> =
    Param::optional("sameCountry", "Whether they share a country.");
static SAME_CITY: Param<Option<YesOrNo>> =
    Param::optional("sameCity", "Whether they share a city.");
static SAME_INSTITUTION: Param<Option<YesOrNo>> =
    Param::optional("sameInstitution", "Whether they are of the same institution.");
static IN_COUNTRIES: Param<Vec<CountryCode>> =
    Param::commas("inCountries", "Countries of which one of a pair has to be in one.");
static NOT_IN_COUNTRIES: Param<Vec<CountryCode>> =
    Param::commas("notInCountries", "Countries that none may be in.");
static EXCLUDE_KEYS: Param<Vec<Uuid>> = Param::commas("excludeKeys", "Keys to leave out.");
static IN_INSTITUTIONS: Param<Vec<Uuid>> =
    Param::commas("inInstitutions", "Institutions of which one of a pair has to be.");
static NOT_IN_INSTITUTIONS: Param<Vec<Uuid>> =
    Param::commas("notInInstitutions", "Institutions that none may be of.");

/// The parameters of a kind.
pub fn params(entity: &Entity) -> Vec<&'static dyn AnyParam> {
    let mut params: Vec<&'static dyn AnyParam> = vec![
        &SAME_NAME,
        &SAME_FUZZY_NAME,
        &SAME_CODE,
        &SAME_COUNTRY,
        &SAME_CITY,
        &IN_COUNTRIES,
        &NOT_IN_COUNTRIES,
        &EXCLUDE_KEYS,
    ];
    if entity.name == COLLECTION.name {
        params.extend([
            &SAME_INSTITUTION as &'static dyn AnyParam,
            &IN_INSTITUTIONS,
            &NOT_IN_INSTITUTIONS,
        ]);
    }
    params
}

/// Which pairs are wanted: with `Some(false)` they must differ, with `None` it does not matter.
#[derive(Debug, Default)]
pub struct Wanted {
    pub same_name: Option<bool>,
    pub same_fuzzy_name: Option<bool>,
    pub same_code: Option<bool>,
    pub same_country: Option<bool>,
    pub same_city: Option<bool>,
    pub same_institution: Option<bool>,
    /// Of a pair one has to be in these, if there are any.
    pub in_countries: HashSet<&'static str>,
    pub in_institutions: HashSet<String>,
    /// Of these there must be none.
    pub not_in_countries: HashSet<&'static str>,
    pub not_in_institutions: HashSet<String>,
    pub without_keys: HashSet<u128>,
    /// On what grounds pairs have to be looked for so that none is missed.
    pub grounds: Vec<Ground>,
}

impl Wanted {
    /// Reads a request, and refuses one that compares nothing.
    pub fn read(call: &Call, entity: &Entity) -> Result<Self, Error> {
        let mut violations = Vec::new();
        let mut same = |param: &Param<Option<YesOrNo>>| match call.get(param)?.0 {
            Ok(yes) => Some(yes),
            Err(text) => {
                violations.push(not_boolean(param.name, &text));
                None
            }
        };
        let mut wanted = Self {
            same_name: same(&SAME_NAME),
            same_fuzzy_name: same(&SAME_FUZZY_NAME),
            same_code: same(&SAME_CODE),
            same_country: same(&SAME_COUNTRY),
            same_city: same(&SAME_CITY),
            in_countries: call.get(&IN_COUNTRIES).into_iter().map(|country| country.0).collect(),
            not_in_countries: call
                .get(&NOT_IN_COUNTRIES)
                .into_iter()
                .map(|country| country.0)
                .collect(),
            without_keys: call.get(&EXCLUDE_KEYS).into_iter().map(|key| key.as_u128()).collect(),
            ..Self::default()
        };
        // Quirk (contract 10): the live service does not pass them on.
        if entity.name == COLLECTION.name && !call.is_live(&DUPLICATES) {
            let keys =
                |param: &Param<Vec<Uuid>>| call.get(param).into_iter().map(|key| key.to_string());
            wanted.same_institution = same(&SAME_INSTITUTION);
            wanted.in_institutions = keys(&IN_INSTITUTIONS).collect();
            wanted.not_in_institutions = keys(&NOT_IN_INSTITUTIONS).collect();
        }
        if !violations.is_empty() {
            return Err(Error::Invalid(violations));
        }
        let compared = [
            wanted.same_name,
            wanted.same_fuzzy_name,
            wanted.same_code,
            wanted.same_country,
            wanted.same_city,
        ];
        if compared.iter().all(Option::is_none) {
            let text = "At least one param to check the same field is required";
            return Err(Error::refused(text));
        }
        wanted.grounds = wanted.possible_grounds();
        Ok(wanted)
    }
}

/// What makes two comparable at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Code,
    Name,
    Likeness,
}

impl Wanted {
    fn possible_grounds(&self) -> Vec<Ground> {
        let all = [
            (Ground::Code, self.same_code),
            (Ground::Name, self.same_name),
            (Ground::Likeness, self.same_fuzzy_name),
        ];
        // What has to be the same finds all pairs by itself.
        if let Some((ground, _)) = all.iter().find(|(_, same)| *same == Some(true)) {
            return vec![*ground];
        }
        let possible = all.iter().filter(|(_, same)| *same != Some(false));
        possible.map(|(ground, _)| *ground).collect()
    }

    pub fn compares_codes(&self) -> bool {
        self.same_code.is_some() || self.grounds.contains(&Ground::Code)
    }

    pub fn compares_names(&self) -> bool {
        self.same_name.is_some() || self.grounds.contains(&Ground::Name)
    }

    pub fn compares_spellings(&self) -> bool {
        self.same_fuzzy_name.is_some() || self.grounds.contains(&Ground::Likeness)
    }
}

fn not_boolean(field: &str, text: &str) -> Violation {
    let message = format!(
        "Failed to convert property value of type 'java.lang.String' to required type \
         'java.lang.Boolean' for property '{field}'; Invalid boolean value '{text}'"
    );
    Violation { field: field.to_owned(), message }
}
