//! Datasets as EML 2.2 in GBIF's profile.

use serde_json::Value;

use super::{additional, is_empty};
use crate::apis::gbif::{licence, place};
use crate::kit::xml::Element;

const NAMESPACE: &str = "https://eml.ecoinformatics.org/eml-2.2.0";
const SCHEMA: &str = "https://eml.ecoinformatics.org/eml-2.2.0 https://rs.gbif.org/schema/eml-gbif-profile/1.3/eml.xsd";

/// The document of a dataset, from what the registry shows of it.
pub fn write(dataset: &Value) -> Element {
    let language = dataset["language"].as_str().and_then(place::language_code_of_two);
    let root = Element::new("eml:eml")
        .attribute("xmlns:eml", NAMESPACE)
        .attribute("xmlns:dc", "http://purl.org/dc/terms/")
        .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .attribute("xsi:schemaLocation", SCHEMA)
        .attribute("packageId", text(dataset, "key"))
        .attribute("system", "http://gbif.org")
        .attribute("scope", "system")
        .attribute("xml:lang", language.unwrap_or("en"));
    root.with(described(dataset)).with(additional::write(dataset))
}

pub fn text<'d>(value: &'d Value, member: &str) -> &'d str {
    value[member].as_str().unwrap_or_default()
}

pub fn list<'d>(value: &'d Value, member: &str) -> impl Iterator<Item = &'d Value> {
    value[member].as_array().into_iter().flatten()
}

/// An element for a text that is there.
pub fn maybe(name: &str, value: &Value) -> Option<Element> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    Some(Element::text(name, text))
}

/// An element with a paragraph for a text that is there.
fn paragraph(name: &str, value: &Value) -> Option<Element> {
    maybe("para", value).map(|para| Element::new(name).with(para))
}

/// An element around those that are there; none when none is.
pub fn around(name: &str, children: Vec<Element>) -> Option<Element> {
    (!children.is_empty()).then(|| Element::new(name).with_all(children))
}

fn day(value: &Value) -> Option<&str> {
    value.as_str()?.get(..10)
}

fn described(dataset: &Value) -> Element {
    let contacts = |role: &'static str| {
        list(dataset, "contacts").filter(move |contact| contact["type"] == role)
    };
    let language = dataset["language"].as_str().unwrap_or("eng");
    let mut children: Vec<Element> = Vec::new();
    children.extend(alternate_identifiers(dataset));
    children.extend(maybe("shortName", &dataset["shortName"]));
    children.push(Element::text("title", text(dataset, "title")).attribute("xml:lang", language));
    children.extend(contacts("ORIGINATOR").map(|contact| party("creator", contact, None)));
    children.extend(
        contacts("METADATA_AUTHOR").map(|contact| party("metadataProvider", contact, None)),
    );
    children.extend(list(dataset, "contacts").filter_map(associated_party));
    children.extend(day(&dataset["pubDate"]).map(|day| Element::text("pubDate", day)));
    children.push(Element::text("language", language));
    children.extend(paragraph("abstract", &dataset["description"]));
    children.extend(list(dataset, "keywordCollections").map(keyword_set));
    children.extend(paragraph("additionalInfo", &dataset["additionalInfo"]));
    children.extend(rights(dataset));
    children.extend(dataset["homepage"].as_str().map(distribution));
    children.extend(coverage(dataset));
    for member in ["purpose", "introduction", "gettingStarted", "acknowledgements"] {
        children.extend(paragraph(member, &dataset[member]));
    }
    children.extend(maintenance(dataset));
    children.extend(
        contacts("ADMINISTRATIVE_POINT_OF_CONTACT").map(|contact| party("contact", contact, None)),
    );
    children.extend(methods(&dataset["samplingDescription"]));
    children.extend(project(&dataset["project"]));
    Element::new("dataset").with_all(children)
}

fn alternate_identifiers(dataset: &Value) -> impl Iterator<Item = Element> {
    let doi = dataset["doi"].as_str().map(|doi| format!("https://doi.org/{doi}"));
    let others = list(dataset, "identifiers").map(|known| text(known, "identifier").to_owned());
    doi.into_iter().chain(others).map(|known| Element::text("alternateIdentifier", known))
}

fn associated_party(contact: &Value) -> Option<Element> {
    let role = contact["type"].as_str()?;
    match role {
        "ORIGINATOR" | "METADATA_AUTHOR" | "ADMINISTRATIVE_POINT_OF_CONTACT" => None,
        role => Some(party("associatedParty", contact, Some(&camel_case(role)))),
    }
}

/// `POINT_OF_CONTACT` as `pointOfContact`.
fn camel_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for (place, word) in name.split('_').enumerate() {
        let word = word.to_lowercase();
        if place == 0 {
            text += &word;
        } else {
            let (first, rest) = word.split_at(word.len().min(1));
            text += &first.to_uppercase();
            text += rest;
        }
    }
    text
}

fn party(name: &str, contact: &Value, role: Option<&str>) -> Element {
    let person =
        [("salutation", "salutation"), ("givenName", "firstName"), ("surName", "lastName")]
            .into_iter()
            .filter_map(|(element, member)| maybe(element, &contact[member]))
            .collect();
    let mut children: Vec<Element> = Vec::new();
    children.extend(around("individualName", person));
    children.extend(maybe("organizationName", &contact["organization"]));
    children.extend(list(contact, "position").filter_map(|value| maybe("positionName", value)));
    let mut address: Vec<Element> =
        list(contact, "address").filter_map(|value| maybe("deliveryPoint", value)).collect();
    for (element, member) in [
        ("city", "city"),
        ("administrativeArea", "province"),
        ("postalCode", "postalCode"),
        ("country", "country"),
    ] {
        address.extend(maybe(element, &contact[member]));
    }
    children.extend(around("address", address));
    for (element, member) in
        [("phone", "phone"), ("electronicMailAddress", "email"), ("onlineUrl", "homepage")]
    {
        children.extend(list(contact, member).filter_map(|value| maybe(element, value)));
    }
    for user_id in list(contact, "userId").filter_map(Value::as_str) {
        let (directory, id) = user_id.rsplit_once('/').unwrap_or(("", user_id));
        let directory = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        children.push(Element::text("userId", id).attribute("directory", directory));
    }
    children.extend(role.map(|role| Element::text("role", role)));
    Element::new(name).with_all(children)
}

fn keyword_set(collection: &Value) -> Element {
    let keywords = list(collection, "keywords").filter_map(|value| maybe("keyword", value));
    Element::new("keywordSet")
        .with_all(keywords)
        .with_all(maybe("keywordThesaurus", &collection["thesaurus"]))
}

/// What one may do: in words with a link, and for machines.
fn rights(dataset: &Value) -> Vec<Element> {
    let name = licence::name_of(text(dataset, "license"));
    let (Some(url), Some(title)) = (licence::url_of(name), licence::title_of(name)) else {
        return paragraph("intellectualRights", &dataset["rights"]).into_iter().collect();
    };
    let link = Element::new("ulink")
        .attribute("url", url)
        .with(Element::text("citetitle", format!("{title} ({})", short(name))));
    let para = Element::new("para")
        .with_text("This work is licensed under a ")
        .with(link)
        .with_text(" License.");
    vec![
        Element::new("intellectualRights").with(para),
        Element::new("licensed")
            .with(Element::text("licenseName", title))
            .with(Element::text("url", url))
            .with(Element::text("identifier", spdx(name))),
    ]
}

fn short(name: &str) -> &'static str {
    match name {
        "CC0_1_0" => "CC0 1.0",
        "CC_BY_4_0" => "CC-BY 4.0",
        _ => "CC-BY-NC 4.0",
    }
}

fn spdx(name: &str) -> &'static str {
    match name {
        "CC0_1_0" => "CC0-1.0",
        "CC_BY_4_0" => "CC-BY-4.0",
        _ => "CC-BY-NC-4.0",
    }
}

fn distribution(homepage: &str) -> Element {
    let url = Element::text("url", homepage).attribute("function", "information");
    Element::new("distribution")
        .attribute("scope", "document")
        .with(Element::new("online").with(url))
}

fn coverage(dataset: &Value) -> Option<Element> {
    let mut children: Vec<Element> = Vec::new();
    children.extend(list(dataset, "geographicCoverages").map(|coverage| {
        let bounds = &coverage["boundingBox"];
        let corner =
            |element: &str, member: &str| Element::text(element, bounds[member].to_string());
        Element::new("geographicCoverage")
            .with(Element::text("geographicDescription", text(coverage, "description")))
            .with(
                Element::new("boundingCoordinates")
                    .with(corner("westBoundingCoordinate", "minLongitude"))
                    .with(corner("eastBoundingCoordinate", "maxLongitude"))
                    .with(corner("northBoundingCoordinate", "maxLatitude"))
                    .with(corner("southBoundingCoordinate", "minLatitude")),
            )
    }));
    children.extend(list(dataset, "temporalCoverages").filter_map(temporal_coverage));
    children.extend(list(dataset, "taxonomicCoverages").map(taxonomic_coverage));
    around("coverage", children)
}

fn temporal_coverage(coverage: &Value) -> Option<Element> {
    let date = |name: &str, value: &Value| {
        day(value).map(|day| Element::new(name).with(Element::text("calendarDate", day)))
    };
    let span = match coverage["@type"].as_str()? {
        "range" => Element::new("rangeOfDates")
            .with(date("beginDate", &coverage["start"])?)
            .with(date("endDate", &coverage["end"])?),
        "single" => date("singleDateTime", &coverage["date"])?,
        _ => return None,
    };
    Some(Element::new("temporalCoverage").with(span))
}

fn taxonomic_coverage(coverage: &Value) -> Element {
    let classified = list(coverage, "coverages").map(|taxon| {
        Element::new("taxonomicClassification")
            .with_all(maybe("taxonRankName", &taxon["rank"]["verbatim"]))
            .with_all(maybe("taxonRankValue", &taxon["scientificName"]))
            .with_all(maybe("commonName", &taxon["commonName"]))
    });
    Element::new("taxonomicCoverage")
        .with_all(maybe("generalTaxonomicCoverage", &coverage["description"]))
        .with_all(classified)
}

fn maintenance(dataset: &Value) -> Option<Element> {
    let frequency = dataset["maintenanceUpdateFrequency"].as_str().map(|name| match name {
        "AS_NEEDED" => "asNeeded".to_owned(),
        "NOT_PLANNED" => "notPlanned".to_owned(),
        "OTHER_MAINTENANCE_PERIOD" => "otherMaintenancePeriod".to_owned(),
        other => other.to_lowercase(),
    });
    let description = &dataset["maintenanceDescription"];
    if frequency.is_none() && is_empty(description) {
        return None;
    }
    let words = Element::new("description")
        .with(Element::text("para", description.as_str().unwrap_or_default()));
    let frequency = frequency.map(|name| Element::text("maintenanceUpdateFrequency", name));
    Some(Element::new("maintenance").with(words).with_all(frequency))
}

fn methods(sampling: &Value) -> Option<Element> {
    if sampling.is_null() {
        return None;
    }
    let described = |value: &Value| paragraph("description", value);
    let mut children: Vec<Element> = list(sampling, "methodSteps")
        .filter_map(described)
        .map(|words| Element::new("methodStep").with(words))
        .collect();
    let extent = described(&sampling["studyExtent"]);
    let extent = extent.map(|words| Element::new("studyExtent").with(words));
    let how = paragraph("samplingDescription", &sampling["sampling"]);
    children.extend(around("sampling", extent.into_iter().chain(how).collect()));
    let quality = described(&sampling["qualityControl"]);
    children.extend(quality.map(|words| Element::new("qualityControl").with(words)));
    around("methods", children)
}

fn project(project: &Value) -> Option<Element> {
    if project.is_null() {
        return None;
    }
    let mut element = Element::new("project");
    if let Some(identifier) = project["identifier"].as_str() {
        element = element.attribute("id", identifier);
    }
    let personnel = list(project, "contacts").map(|contact| {
        let role = contact["type"].as_str().map(camel_case);
        party("personnel", contact, role.as_deref())
    });
    let area = &project["studyAreaDescription"];
    let area = maybe("descriptorValue", area).map(|value| {
        let descriptor = Element::new("descriptor")
            .attribute("name", "generic")
            .attribute("citableClassificationSystem", "false")
            .with(value);
        Element::new("studyAreaDescription").with(descriptor)
    });
    let design = paragraph("description", &project["designDescription"]);
    Some(
        element
            .with_all(maybe("title", &project["title"]))
            .with_all(personnel)
            .with_all(paragraph("abstract", &project["abstract"]))
            .with_all(paragraph("funding", &project["funding"]))
            .with_all(area)
            .with_all(design.map(|words| Element::new("designDescription").with(words))),
    )
}
