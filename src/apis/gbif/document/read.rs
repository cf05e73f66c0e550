//! Metadata documents of publishers: what they say about a dataset.

use serde_json::{Value, json};

use super::additional;
use super::tree::Branch;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::shape::{Document, read_doi};
use crate::apis::gbif::vocabulary::{CONTACT_TYPE, MAINTENANCE_UPDATE_FREQUENCY, RANK};
use crate::apis::gbif::{licence, moment, place};

/// What a metadata document says.
#[derive(Debug)]
pub struct Described {
    /// `EML` or `DC`.
    pub kind: &'static str,
    /// Members of the dataset.
    pub members: Document,
    pub contacts: Vec<Document>,
    /// Type and text.
    pub identifiers: Vec<(&'static str, String)>,
    pub tags: Vec<String>,
}

impl Described {
    /// Reads a document; its root element says of which kind it is.
    ///
    /// # Errors
    /// When it is of no kind that is known.
    pub fn read(content: &[u8]) -> Result<Self, Error> {
        let undetected = || Error::Refused("Unable to detect metadata type".to_owned());
        let root = Branch::read(content).ok_or_else(undetected)?;
        match root.name.as_str() {
            "eml" => {
                let dataset = root.child("dataset").ok_or_else(undetected)?;
                Ok(read_eml(&root, dataset))
            }
            "dc" | "simpledc" | "qualifieddc" => Ok(read_dc(&root)),
            _ => Err(undetected()),
        }
    }

    fn of(kind: &'static str) -> Self {
        Self {
            kind,
            members: Document::new(),
            contacts: Vec::new(),
            identifiers: Vec::new(),
            tags: Vec::new(),
        }
    }

    pub fn set(&mut self, member: &str, value: impl Into<Value>) {
        self.members.insert(member.to_owned(), value.into());
    }

    pub fn set_text(&mut self, member: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.set(member, text);
        }
    }

    fn identify(&mut self, text: &str) {
        let kind = match text {
            text if read_doi(text).is_some() => "DOI",
            text if text.parse::<uuid::Uuid>().is_ok() => "UUID",
            text if text.starts_with("http") => "URL",
            text if text.starts_with("urn:lsid:") => "LSID",
            _ => "UNKNOWN",
        };
        self.identifiers.push((kind, text.to_owned()));
    }
}

fn read_eml(root: &Branch, dataset: &Branch) -> Described {
    let mut described = Described::of("EML");
    described.set_text("title", dataset.text_at("title"));
    let paragraphs = |name: &str| dataset.child(name).and_then(Branch::paragraphs);
    for (member, element) in [
        ("description", "abstract"),
        ("additionalInfo", "additionalInfo"),
        ("purpose", "purpose"),
        ("introduction", "introduction"),
        ("gettingStarted", "gettingStarted"),
        ("acknowledgements", "acknowledgements"),
    ] {
        described.set_text(member, paragraphs(element).as_deref());
    }
    let language = dataset.text_at("language").and_then(place::language_code);
    described.set_text("language", language);
    described.set_text("homepage", dataset.text_at("distribution/online/url"));
    described.set_text("shortName", dataset.text_at("shortName"));
    described.set_text("pubDate", dataset.text_at("pubDate").and_then(date).as_deref());
    if let Some(url) = dataset.at("intellectualRights/para/ulink").and_then(|l| l.attribute("url"))
    {
        described.set("license", licence::written(url));
    }
    read_contacts(dataset, &mut described);
    for identifier in dataset.all("alternateIdentifier") {
        described.identify(&identifier.text);
    }
    described.set("keywordCollections", keywords(dataset));
    read_coverage(dataset, &mut described);
    read_maintenance(dataset, &mut described);
    read_methods(dataset, &mut described);
    read_project(dataset, &mut described);
    if let Some(gbif) = root.at("additionalMetadata/metadata/gbif") {
        additional::read(gbif, &mut described);
    }
    described
}

/// The written form of a moment, or of the first day of a year or month.
fn date(text: &str) -> Option<String> {
    let first = moment::span(text).map(|(first, _)| first.to_string());
    moment::read(first.as_deref().unwrap_or(text)).map(moment::written)
}

fn read_contacts(dataset: &Branch, described: &mut Described) {
    for (element, role) in [
        ("creator", "ORIGINATOR"),
        ("metadataProvider", "METADATA_AUTHOR"),
        ("contact", "ADMINISTRATIVE_POINT_OF_CONTACT"),
        ("associatedParty", ""),
    ] {
        for (place, party) in dataset.all(element).enumerate() {
            let own_role = party.text_at("role").and_then(|role| CONTACT_TYPE.lenient(role));
            let role = if role.is_empty() { own_role } else { Some(role) };
            let mut contact = contact(party, role);
            contact.insert("primary".to_owned(), (place == 0 && role.is_some()).into());
            described.contacts.push(contact);
        }
    }
}

fn contact(party: &Branch, role: Option<&str>) -> Document {
    let texts = |name: &str| {
        let texts = party.all(name).filter(|branch| !branch.text.is_empty());
        texts.map(|branch| Value::from(branch.text.as_str())).collect::<Vec<_>>()
    };
    let mut contact = Document::new();
    let mut set = |member: &str, value: Option<&str>| {
        if let Some(value) = value {
            contact.insert(member.to_owned(), value.into());
        }
    };
    set("type", role);
    for (member, path) in [
        ("salutation", "individualName/salutation"),
        ("firstName", "individualName/givenName"),
        ("lastName", "individualName/surName"),
        ("organization", "organizationName"),
        ("city", "address/city"),
        ("province", "address/administrativeArea"),
        ("postalCode", "address/postalCode"),
    ] {
        set(member, party.text_at(path));
    }
    set("country", party.text_at("address/country").and_then(place::country_code_or_name));
    let user_ids: Vec<Value> = party
        .all("userId")
        .filter(|id| !id.text.is_empty())
        .map(|id| format!("{}{}", id.attribute("directory").unwrap_or_default(), id.text).into())
        .collect();
    for (member, list) in [
        ("userId", user_ids),
        ("position", texts("positionName")),
        ("phone", texts("phone")),
        ("email", texts("electronicMailAddress")),
        ("homepage", texts("onlineUrl")),
    ] {
        contact.insert(member.to_owned(), Value::Array(list));
    }
    let streets = party.child("address").map(|address| {
        address.all("deliveryPoint").map(|street| Value::from(street.text.as_str())).collect()
    });
    contact.insert("address".to_owned(), streets.unwrap_or_else(|| json!([])));
    contact
}

fn keywords(dataset: &Branch) -> Value {
    let sets = dataset.all("keywordSet").map(|set| {
        let keywords: Vec<&str> = set.all("keyword").map(|word| word.text.as_str()).collect();
        match set.text_at("keywordThesaurus") {
            Some(thesaurus) => json!({ "thesaurus": thesaurus, "keywords": keywords }),
            None => json!({ "keywords": keywords }),
        }
    });
    sets.collect()
}

fn read_coverage(dataset: &Branch, described: &mut Described) {
    let none = Branch::default();
    let coverage = dataset.child("coverage").unwrap_or(&none);
    let geographic = coverage.all("geographicCoverage").map(|area| {
        let corner = |name: &str| {
            let path = format!("boundingCoordinates/{name}BoundingCoordinate");
            area.text_at(&path).and_then(|text| text.parse::<f64>().ok())
        };
        let (west, east, south, north) =
            (corner("west"), corner("east"), corner("south"), corner("north"));
        let is_global =
            [west, east, south, north] == [Some(-180.0), Some(180.0), Some(-90.0), Some(90.0)];
        json!({
            "description": area.text_at("geographicDescription"),
            "boundingBox": {
                "minLatitude": south,
                "maxLatitude": north,
                "minLongitude": west,
                "maxLongitude": east,
                "globalCoverage": is_global,
            },
        })
    });
    described.set("geographicCoverages", geographic.collect::<Value>());
    let temporal = coverage.all("temporalCoverage").filter_map(|span| {
        let at = |path: &str| span.text_at(path).and_then(date);
        if let Some(day) = at("singleDateTime/calendarDate") {
            return Some(json!({ "@type": "single", "date": day }));
        }
        let start = at("rangeOfDates/beginDate/calendarDate")?;
        let end = at("rangeOfDates/endDate/calendarDate")?;
        Some(json!({ "@type": "range", "start": start, "end": end }))
    });
    described.set("temporalCoverages", temporal.collect::<Value>());
    let taxonomic = coverage.all("taxonomicCoverage").map(|taxa| {
        let coverages = taxa.all("taxonomicClassification").map(|taxon| {
            let rank = taxon.text_at("taxonRankName");
            let interpreted = rank.and_then(|rank| RANK.lenient(rank));
            without_nulls(json!({
                "scientificName": taxon.text_at("taxonRankValue"),
                "commonName": taxon.text_at("commonName"),
                "rank": without_nulls(json!({ "verbatim": rank, "interpreted": interpreted })),
            }))
        });
        without_nulls(json!({
            "description": taxa.text_at("generalTaxonomicCoverage"),
            "coverages": coverages.collect::<Value>(),
        }))
    });
    described.set("taxonomicCoverages", taxonomic.collect::<Value>());
}

pub fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}

fn read_maintenance(dataset: &Branch, described: &mut Described) {
    let Some(maintenance) = dataset.child("maintenance") else { return };
    let words = maintenance.child("description").and_then(Branch::paragraphs);
    described.set_text("maintenanceDescription", words.as_deref());
    let frequency = maintenance
        .text_at("maintenanceUpdateFrequency")
        .and_then(|name| MAINTENANCE_UPDATE_FREQUENCY.lenient(name));
    described.set_text("maintenanceUpdateFrequency", frequency);
}

fn read_methods(dataset: &Branch, described: &mut Described) {
    let Some(methods) = dataset.child("methods") else { return };
    let words = |path: &str| methods.at(path).and_then(Branch::paragraphs);
    let steps: Vec<String> = methods
        .all("methodStep")
        .filter_map(|step| step.child("description").and_then(Branch::paragraphs))
        .collect();
    described.set(
        "samplingDescription",
        without_nulls(json!({
            "studyExtent": words("sampling/studyExtent/description"),
            "sampling": words("sampling/samplingDescription"),
            "qualityControl": words("qualityControl/description"),
            "methodSteps": steps,
        })),
    );
}

fn read_project(dataset: &Branch, described: &mut Described) {
    let Some(project) = dataset.child("project") else { return };
    let words = |path: &str| project.at(path).and_then(Branch::paragraphs);
    let contacts: Vec<Document> = project
        .all("personnel")
        .map(|party| {
            let role = party.text_at("role").and_then(|role| CONTACT_TYPE.lenient(role));
            contact(party, role)
        })
        .collect();
    described.set(
        "project",
        without_nulls(json!({
            "title": project.text_at("title"),
            "identifier": project.attribute("id"),
            "contacts": contacts,
            "abstract": words("abstract"),
            "funding": words("funding"),
            "awards": [],
            "studyAreaDescription":
                project.text_at("studyAreaDescription/descriptor/descriptorValue"),
            "designDescription": words("designDescription/description"),
            "relatedProjects": [],
        })),
    );
}

fn read_dc(root: &Branch) -> Described {
    let mut described = Described::of("DC");
    described.set_text("title", root.text_at("title"));
    let words: Vec<&str> = root
        .children
        .iter()
        .filter(|child| matches!(child.name.as_str(), "description" | "abstract"))
        .map(|child| child.text.as_str())
        .collect();
    described.set_text("description", (!words.is_empty()).then(|| words.join("\n")).as_deref());
    described.set_text("language", root.text_at("language").and_then(place::language_code));
    let day = root.text_at("date").or_else(|| root.text_at("created"));
    described.set_text("pubDate", day.and_then(date).as_deref());
    if let Some(citation) = root.text_at("bibliographicCitation") {
        described.set("citation", json!({ "text": citation }));
    }
    described.set_text("rights", root.text_at("rights"));
    let source = root.text_at("source").filter(|source| source.starts_with("http"));
    described.set_text("homepage", source);
    for (element, role) in
        [("creator", "ORIGINATOR"), ("contributor", "PROCESSOR"), ("publisher", "PUBLISHER")]
    {
        for party in root.all(element).filter(|party| !party.text.is_empty()) {
            let mut contact = Document::new();
            contact.insert("type".to_owned(), role.into());
            contact.insert("lastName".to_owned(), party.text.as_str().into());
            described.contacts.push(contact);
        }
    }
    for identifier in root.all("identifier").filter(|known| !known.text.is_empty()) {
        described.identify(&identifier.text);
    }
    described.tags = root
        .all("subject")
        .filter(|subject| !subject.text.is_empty())
        .map(|subject| subject.text.clone())
        .collect();
    described
}
