//! Datasets as records: a header, and metadata in one of two formats.

use rusqlite::Row;
use serde_json::Value;

use super::ProtocolError;
use crate::apis::gbif::document::eml;
use crate::apis::gbif::entity::render::with_day;
use crate::apis::gbif::{moment, place};
use crate::kit::xml::Element;

/// A format of metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    DublinCore,
    Eml,
}

impl Prefix {
    /// # Errors
    /// When there is no such format.
    pub fn read(text: Option<&str>) -> Result<Self, ProtocolError> {
        match text {
            Some("oai_dc") => Ok(Self::DublinCore),
            Some("eml") => Ok(Self::Eml),
            _ => Err(ProtocolError::new("cannotDisseminateFormat", "Unknown metadata format")),
        }
    }
}

/// A dataset with what its record needs.
pub struct Found {
    dataset: Value,
    publisher: String,
    country: Option<String>,
    occurrences: i64,
}

impl Found {
    pub const SELECT: &'static str = "SELECT shown, day_at,
                (SELECT p.title FROM gbif_entity p WHERE p.key = gbif_entity.organization),
                (SELECT p.country FROM gbif_entity p WHERE p.key = gbif_entity.organization),
                (SELECT occurrences FROM gbif_volume WHERE dataset = gbif_entity.key)
         FROM gbif_entity";

    /// Reads a row as it looks to who reads it on this day.
    pub fn read(row: &Row, day: &str) -> rusqlite::Result<Self> {
        let shown = with_day(row.get_ref(0)?.as_bytes()?, row.get(1)?, day);
        Ok(Self {
            dataset: serde_json::from_slice(&shown).expect("what is shown is JSON"),
            publisher: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            country: row.get(3)?,
            occurrences: row.get::<_, Option<i64>>(4)?.unwrap_or_default(),
        })
    }

    fn text(&self, member: &str) -> &str {
        self.dataset[member].as_str().unwrap_or_default()
    }

    fn is_deleted(&self) -> bool {
        !self.dataset["deleted"].is_null()
    }

    pub fn header(&self) -> Element {
        let header = Element::new("header");
        let header = if self.is_deleted() { header.attribute("status", "deleted") } else { header };
        let modified = moment::read(self.text("modified"));
        let datestamp = modified.map(moment::written_in_seconds).unwrap_or_default();
        let country = self.country.as_ref().map(|code| format!("country:{code}"));
        header
            .with(Element::text("identifier", self.text("key")))
            .with(Element::text("datestamp", datestamp))
            .with(Element::text(
                "setSpec",
                format!("installation:{}", self.text("installationKey")),
            ))
            .with(Element::text("setSpec", format!("dataset_type:{}", self.text("type"))))
            .with_all(country.map(|country| Element::text("setSpec", country)))
    }

    pub fn record(&self, prefix: Prefix) -> Element {
        let record = Element::new("record").with(self.header());
        if self.is_deleted() {
            return record;
        }
        let metadata = match prefix {
            Prefix::DublinCore => self.dublin_core(),
            Prefix::Eml => eml::write(&self.dataset),
        };
        record.with(Element::new("metadata").with(metadata))
    }

    fn dublin_core(&self) -> Element {
        let dc = |name: &str, text: &str| Element::text(format!("dc:{name}"), text);
        let dataset = &self.dataset;
        let list = |member: &str| dataset[member].as_array().into_iter().flatten();
        let subjects = list("keywordCollections").map(|collection| {
            let words = collection["keywords"].as_array().into_iter().flatten();
            let words: Vec<&str> = words.filter_map(Value::as_str).collect();
            dc("subject", &words.join(", "))
        });
        let creators = list("contacts")
            .filter(|contact| contact["type"] == "ORIGINATOR")
            .map(|contact| dc("creator", &name_of(contact)));
        let description = dataset["description"].as_str().map(|text| dc("description", text));
        let count = (self.occurrences > 0).then(|| {
            dc("description", &format!("{} occurrences", with_thousands(self.occurrences)))
        });
        let date = dataset["pubDate"].as_str().and_then(|date| date.get(..10));
        let language = place::language_code_of_two(self.text("language")).unwrap_or("en");
        Element::new("oai_dc:dc")
            .attribute("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")
            .attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/")
            .attribute(
                "xsi:schemaLocation",
                "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            )
            .with(dc("title", self.text("title")))
            .with(dc("publisher", &self.publisher))
            .with(dc("identifier", &format!("https://www.gbif.org/dataset/{}", self.text("key"))))
            .with_all(subjects)
            .with(dc("source", self.text("homepage")))
            .with_all(description)
            .with_all(count)
            .with(dc("type", "Dataset"))
            .with_all(creators)
            .with_all(date.map(|date| dc("date", date)))
            .with(dc("language", language))
            .with(dc("rights", self.text("license")))
            .with_all(self.coverages().iter().map(|coverage| dc("coverage", coverage)))
            .with(dc("format", "application/dwca+zip"))
            .with(dc(
                "source",
                "Global Biodiversity Information Facility (GBIF) https://www.gbif.org",
            ))
    }

    /// Times, places in words, places in numbers.
    fn coverages(&self) -> Vec<String> {
        let list = |member: &str| self.dataset[member].as_array().into_iter().flatten();
        let day = |value: &Value| value.as_str().and_then(|text| text.get(..10)).map(str::to_owned);
        let mut coverages: Vec<String> = list("temporalCoverages")
            .filter_map(|coverage| match coverage["@type"].as_str()? {
                "range" => {
                    Some(format!("{} / {}", day(&coverage["start"])?, day(&coverage["end"])?))
                }
                "single" => day(&coverage["date"]),
                _ => coverage["period"].as_str().map(str::to_owned),
            })
            .collect();
        for coverage in list("geographicCoverages") {
            coverages.extend(coverage["description"].as_str().map(str::to_owned));
            let bounds = &coverage["boundingBox"];
            if bounds["minLatitude"].is_number() {
                // Quirk (contract 6.8): the words in brackets do not say what stands before them.
                coverages.push(format!(
                    "{},{} / {},{} (min, max Latitude / min, max Longitude)",
                    bounds["minLatitude"],
                    bounds["minLongitude"],
                    bounds["maxLatitude"],
                    bounds["maxLongitude"],
                ));
            }
        }
        coverages
    }
}

fn name_of(contact: &Value) -> String {
    let names = ["firstName", "lastName"];
    let names: Vec<&str> = names.iter().filter_map(|member| contact[*member].as_str()).collect();
    if names.is_empty() {
        return contact["organization"].as_str().unwrap_or_default().to_owned();
    }
    names.join(" ")
}

/// `1,420,733,512`
fn with_thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(with_thousands(999), "999");
        assert_eq!(with_thousands(1_420_733_512), "1,420,733,512");
    }
}
