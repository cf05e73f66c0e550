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

/// The names of all enumerations; the values of some are not known here.
const NAMES: &str = include_str!("enumerations.txt");

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
    NAMES.lines().collect()
}

fn values(call: &Call, _: &Connection) -> Result<Reply, Error> {
    let name = call.get(&NAME);
    let values: Value = match name.as_str() {
        "Country" => place::countries().iter().map(|country| country.alpha2.as_str()).collect(),
        "Language" => {
            place::languages().iter().map(|language| language.iso639_2t.as_str()).collect()
        }
        "InterpretationRemark" => remarks(),
        name => match vocabulary::find(name) {
            Some(vocabulary) => json!(vocabulary.values),
            None => return Err(Error::NoSuchName(name.to_owned())),
        },
    };
    Ok(call.answer(&values))
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
                // What a language calls itself is known for few; its English name stands for the rest.
                "titleNative": native_title(&language.iso639_1).unwrap_or(&language.title),
            })
        })
        .collect()
}

fn native_title(code: &str) -> Option<&'static str> {
    Some(match code {
        "cs" => "čeština",
        "da" => "dansk",
        "de" => "Deutsch",
        "es" => "español",
        "fi" => "suomi",
        "fr" => "français",
        "it" => "italiano",
        "ja" => "日本語",
        "nl" => "Nederlands",
        "no" => "norsk",
        "pl" => "polski",
        "pt" => "português",
        "ru" => "русский",
        "sv" => "svenska",
        "zh" => "中文",
        _ => return None,
    })
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
    const ROW_TYPES: [(&str, &str); 8] = [
        ("VERNACULAR_NAME", "http://rs.gbif.org/terms/1.0/VernacularName"),
        ("DISTRIBUTION", "http://rs.gbif.org/terms/1.0/Distribution"),
        ("DESCRIPTION", "http://rs.gbif.org/terms/1.0/Description"),
        ("IDENTIFIER", "http://rs.gbif.org/terms/1.0/Identifier"),
        ("MULTIMEDIA", "http://rs.gbif.org/terms/1.0/Multimedia"),
        ("REFERENCE", "http://rs.gbif.org/terms/1.0/Reference"),
        ("SPECIES_PROFILE", "http://rs.gbif.org/terms/1.0/SpeciesProfile"),
        ("TYPES_AND_SPECIMEN", "http://rs.gbif.org/terms/1.0/TypesAndSpecimen"),
    ];
    ROW_TYPES.iter().map(|(id, row_type)| json!({ "id": id, "rowType": row_type })).collect()
}

fn remarks() -> Value {
    const REMARKS: [(&str, &str, &[&str]); 8] = [
        ("ZERO_COORDINATE", "WARNING", &["decimalLatitude", "decimalLongitude"]),
        ("COORDINATE_OUT_OF_RANGE", "WARNING", &["decimalLatitude", "decimalLongitude"]),
        ("COORDINATE_INVALID", "WARNING", &["decimalLatitude", "decimalLongitude"]),
        (
            "COUNTRY_COORDINATE_MISMATCH",
            "WARNING",
            &["country", "decimalLatitude", "decimalLongitude"],
        ),
        ("RECORDED_DATE_INVALID", "WARNING", &["eventDate", "year", "month", "day"]),
        ("TAXON_MATCH_NONE", "WARNING", &["scientificName"]),
        ("TAXON_MATCH_FUZZY", "WARNING", &["scientificName"]),
        ("BASIS_OF_RECORD_INVALID", "WARNING", &["basisOfRecord"]),
    ];
    REMARKS
        .iter()
        .map(|(id, severity, terms)| {
            json!({ "id": id, "severity": severity, "relatedTerms": terms })
        })
        .collect()
}
