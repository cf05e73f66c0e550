//! The registry's enumerations, as clients fill their menus with them.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::error::Error;
use super::{place, vocabulary};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static NAME: Param<String> = Param::path("name", "Name of an enumeration: `DatasetType`.");

/// All enumerations with their values; those that the registry itself classifies by stand in [`vocabulary`].
const ENUMERATIONS: &str = include_str!("enumerations.txt");

/// Extensions of archives, with their row types.
const EXTENSIONS: &str = include_str!("extensions.txt");

/// What interpreters remark about records: name, severity, and the terms it concerns.
const REMARKS: &str = include_str!("remarks.txt");

/// The namespaces that remarks shorten.
const NAMESPACES: [(&str, &str); 3] = [
    ("dwc:", "http://rs.tdwg.org/dwc/terms/"),
    ("dcterms:", "http://purl.org/dc/terms/"),
    ("gbif:", "http://rs.gbif.org/terms/1.0/"),
];

pub fn endpoints() -> Vec<Endpoint> {
    let get = |path: &str, id: &str, summary, values: fn() -> Value| {
        Endpoint::get(format!("/v1/enumeration/{path}"))
            .id(format!("enumeration.{id}"))
            .summary(summary)
            .handler(move |call: &Call, _: &Connection| Ok::<_, Error>(call.answer(&values())))
    };
    vec![
        get("basic", "names", "Lists the names of the enumerations", names),
        Endpoint::get("/v1/enumeration/basic/{name}")
            .id("enumeration.values")
            .summary("Lists the values of an enumeration")
            .takes([&NAME as _])
            .handler(values),
        get("country", "countries", "Lists all countries", countries),
        get("language", "languages", "Lists all languages", languages),
        get("license", "licences", "Lists all licences", licences),
        get("extension", "extensions", "Lists the extensions of archives", extensions),
        get(
            "interpretationRemark",
            "remarks",
            "Lists what can be remarked about a record",
            remarks,
        ),
    ]
}

fn names() -> Value {
    ENUMERATIONS.lines().filter_map(|line| line.split(' ').next()).collect()
}

fn values(call: &Call, _: &Connection) -> Result<Reply, Error> {
    let name = call.get(&NAME);
    let values = values_of(&name).ok_or(Error::NoSuchName(name))?;
    Ok(call.answer(&values))
}

fn values_of(name: &str) -> Option<Value> {
    let mut words = ENUMERATIONS.lines().map(|line| line.split(' '));
    let values: Vec<&str> =
        words.find_map(|mut words| (words.next()? == name).then_some(words))?.collect();
    Some(match name {
        "Country" => place::country_codes().collect(),
        // Quirk (contract appendix B): the unknown language is written as nothing.
        "Language" => {
            let codes = place::languages().iter().map(|language| language.iso639_2t.as_str());
            codes.chain([""]).collect()
        }
        "Extension" => EXTENSIONS.lines().filter_map(|line| line.split(' ').next()).collect(),
        _ if values.is_empty() => json!(vocabulary::find(name)?.values),
        _ => json!(values),
    })
}

fn countries() -> Value {
    place::countries()
        .iter()
        .map(|country| {
            json!({
                "iso2": country.alpha2,
                "iso3": country.alpha3,
                "isoNumerical": country.numeric.to_string(),
                "title": country.title,
                "gbifRegion": country.participant_region,
                "enumName": country.enum_name,
            })
        })
        .collect()
}

fn languages() -> Value {
    place::languages()
        .iter()
        .map(|language| {
            json!({
                "iso2": language.iso639_1,
                "iso3": language.iso639_2t,
                "title": language.title,
                "titleNative": match language.native_title.as_str() {
                    "" => &language.title,
                    title => title,
                },
            })
        })
        .collect()
}

fn licences() -> Value {
    json!([
        "http://creativecommons.org/publicdomain/zero/1.0/legalcode",
        "http://creativecommons.org/licenses/by/4.0/legalcode",
        "http://creativecommons.org/licenses/by-nc/4.0/legalcode",
        "UNSPECIFIED",
        "UNSUPPORTED",
    ])
}

fn extensions() -> Value {
    let extensions = EXTENSIONS.lines().filter_map(|line| line.split_once(' '));
    extensions.map(|(id, row_type)| json!({ "id": id, "rowType": row_type })).collect()
}

fn remarks() -> Value {
    REMARKS
        .lines()
        .map(|line| {
            let mut words = line.split(' ');
            let (id, severity) = (words.next(), words.next());
            let terms: Vec<String> = words.map(written_out).collect();
            json!({ "id": id, "severity": severity, "relatedTerms": terms })
        })
        .collect()
}

fn written_out(term: &str) -> String {
    let whole = |(short, long): &(&str, &str)| Some(format!("{long}{}", term.strip_prefix(short)?));
    NAMESPACES.iter().find_map(whole).unwrap_or_else(|| term.to_owned())
}
