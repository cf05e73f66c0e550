//! What GBIF adds to EML: collections, periods, data in other formats, and how the dataset wants to be cited.

use serde_json::{Value, json};

use super::eml::{around, list, maybe, text};
use super::read::{Described, without_nulls};
use super::tree::Branch;
use crate::kit::xml::Element;

/// The periods that EML knows no dates of: element and type.
const PERIODS: [(&str, &str); 2] =
    [("formationPeriod", "FORMATION_PERIOD"), ("livingTimePeriod", "LIVING_TIME_PERIOD")];

/// Reads what a publisher added.
pub fn read(gbif: &Branch, described: &mut Described) {
    if let Some(citation) = gbif.child("citation").filter(|citation| !citation.text.is_empty()) {
        let identifier = citation.attribute("identifier");
        let kept = json!({ "text": citation.text, "identifier": identifier });
        described.set("citation", without_nulls(kept));
    }
    described.set_text("logoUrl", gbif.text_at("resourceLogoUrl"));
    if let Some(works) = gbif.child("bibliography") {
        let works = works.all("citation").map(|work| {
            let work = json!({
                "text": work.text,
                "identifier": work.attribute("identifier"),
                "citationProvidedBySource": false,
            });
            without_nulls(work)
        });
        described.set("bibliographicCitations", works.collect::<Value>());
    }
    let collections = gbif.all("collection").map(|held| {
        let held = json!({
            "name": held.text_at("collectionName"),
            "identifier": held.text_at("collectionIdentifier"),
            "parentIdentifier": held.text_at("parentCollectionIdentifier"),
            "specimenPreservationMethod": gbif.text_at("specimenPreservationMethod"),
            "curatorialUnits": [],
        });
        without_nulls(held)
    });
    described.set("collections", collections.collect::<Value>());
    let data = gbif.all("physical").map(|physical| {
        let format =
            |name: &str| physical.text_at(&format!("dataFormat/externallyDefinedFormat/{name}"));
        without_nulls(json!({
            "name": physical.text_at("objectName"),
            "charset": physical.text_at("characterEncoding"),
            "url": physical.text_at("distribution/online/url"),
            "format": format("formatName"),
            "formatVersion": format("formatVersion"),
        }))
    });
    described.set("dataDescriptions", data.collect::<Value>());
    let units = gbif.all("jgtiCuratorialUnit").map(curatorial_unit);
    described.set("curatorialUnits", units.collect::<Value>());
    for (element, kind) in PERIODS {
        if let (Some(period), Some(Value::Array(coverages))) =
            (gbif.text_at(element), described.members.get_mut("temporalCoverages"))
        {
            coverages.push(json!({ "@type": "verbatim", "period": period, "type": kind }));
        }
    }
}

/// So many jars, give or take a few, or from so many to so many.
fn curatorial_unit(unit: &Branch) -> Value {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let units = unit.child("jgtiUnits");
    without_nulls(json!({
        "typeVerbatim": unit.text_at("jgtiUnitType"),
        "count": number(units.map(|units| units.text.as_str())),
        "deviation": number(units.and_then(|units| units.attribute("uncertaintyMeasure"))),
        "lower": number(unit.text_at("jgtiUnitRange/beginRange")),
        "upper": number(unit.text_at("jgtiUnitRange/endRange")),
    }))
}

/// Writes it for a dataset.
pub fn write(dataset: &Value) -> Element {
    let works: Vec<Element> = list(dataset, "bibliographicCitations").filter_map(cited).collect();
    let collections = list(dataset, "collections").map(|collection| {
        Element::new("collection")
            .with_all(maybe("parentCollectionIdentifier", &collection["parentIdentifier"]))
            .with_all(maybe("collectionIdentifier", &collection["identifier"]))
            .with_all(maybe("collectionName", &collection["name"]))
    });
    let preservation = list(dataset, "collections").filter_map(|held| {
        maybe("specimenPreservationMethod", &held["specimenPreservationMethod"])
    });
    let period = |(element, kind): (&'static str, &'static str)| {
        list(dataset, "temporalCoverages")
            .filter(move |coverage| coverage["type"] == kind)
            .filter_map(move |coverage| maybe(element, &coverage["period"]))
    };
    let gbif = Element::new("gbif")
        .with(Element::text("dateStamp", text(dataset, "modified")))
        .with_all(cited(&dataset["citation"]))
        .with_all(around("bibliography", works))
        .with_all(list(dataset, "dataDescriptions").map(physical))
        .with_all(maybe("resourceLogoUrl", &dataset["logoUrl"]))
        .with_all(collections)
        .with_all(period(PERIODS[0]))
        .with_all(preservation)
        .with_all(period(PERIODS[1]))
        .with_all(list(dataset, "curatorialUnits").map(written_unit));
    Element::new("additionalMetadata").with(Element::new("metadata").with(gbif))
}

fn cited(citation: &Value) -> Option<Element> {
    let element = maybe("citation", &citation["text"])?;
    Some(match citation["identifier"].as_str() {
        Some(identifier) => element.attribute("identifier", identifier),
        None => element,
    })
}

fn physical(data: &Value) -> Element {
    let format: Vec<Element> = [("formatName", "format"), ("formatVersion", "formatVersion")]
        .into_iter()
        .filter_map(|(element, member)| maybe(element, &data[member]))
        .collect();
    let format = around("externallyDefinedFormat", format);
    let url = maybe("url", &data["url"])
        .map(|url| Element::new("distribution").with(Element::new("online").with(url)));
    Element::new("physical")
        .with_all(maybe("objectName", &data["name"]))
        .with_all(maybe("characterEncoding", &data["charset"]))
        .with_all(format.map(|format| Element::new("dataFormat").with(format)))
        .with_all(url)
}

fn written_unit(unit: &Value) -> Element {
    let number = |member: &str| unit[member].as_i64().unwrap_or(0);
    let element =
        Element::new("jgtiCuratorialUnit").with_all(maybe("jgtiUnitType", &unit["typeVerbatim"]));
    if number("upper") > 0 {
        let range = Element::new("jgtiUnitRange")
            .with(Element::text("beginRange", number("lower").to_string()))
            .with(Element::text("endRange", number("upper").to_string()));
        return element.with(range);
    }
    let units = Element::text("jgtiUnits", number("count").to_string())
        .attribute("uncertaintyMeasure", number("deviation").to_string());
    element.with(units)
}
