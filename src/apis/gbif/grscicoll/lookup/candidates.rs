//! Who may be meant: whoever bears the code, the identifier, the key or the name, or is mapped to the dataset.

use rusqlite::{Connection, Row, named_params};

use super::matches::Reason;
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::grscicoll::index::{alternative_codes, squeeze};
use crate::apis::gbif::grscicoll::parts::{IDENTIFIER, OCCURRENCE_MAPPING};
use crate::apis::gbif::part::{self, Kept};
use crate::apis::gbif::record::{maybe_text, text};
use crate::apis::gbif::shape::Document;
use crate::store::text::fold;

/// What a record says of its institution or of its collection, trimmed and not empty.
pub struct Sought {
    pub entity: &'static Entity,
    pub code: Option<String>,
    pub id: Option<String>,
    pub dataset: Option<String>,
    /// The institution's code, where a collection is sought.
    pub parent_code: Option<String>,
    pub owner: Option<String>,
    pub country: Option<&'static str>,
}

/// An entity that may be meant.
pub struct Candidate {
    pub entity: &'static Entity,
    pub key: String,
    pub code: Option<String>,
    pub name: String,
    pub active: bool,
    pub institution: Option<String>,
    pub institution_code: Option<String>,
    pub institution_name: Option<String>,
    /// In which ways it fits what is sought.
    pub reasons: Vec<Reason>,
    /// Whether an occurrence mapping names it.
    pub is_mapped: bool,
    /// Whether the owner that the record names is somebody else.
    pub has_other_owner: bool,
}

/// Texts before identifiers that say nothing.
const PREFIXES: [&str; 4] = ["http://", "https://", "urn:uuid:", "urn:lsid:"];

/// An identifier without what may or may not stand before it.
pub fn bare(identifier: &str) -> &str {
    let identifier = identifier.trim();
    PREFIXES.iter().find_map(|prefix| identifier.strip_prefix(prefix)).unwrap_or(identifier).trim()
}

/// By what an entity is looked up, besides the columns of its row.
pub fn terms(doc: &Document, parts: &[Kept]) -> Vec<(&'static str, String)> {
    let documents = |part: &'static part::Part| {
        part::listed(part, parts).into_iter().map(|kept| {
            serde_json::from_str::<Document>(&kept.shown).expect("parts are kept as JSON")
        })
    };
    let codes = alternative_codes(doc).filter_map(|code| code["code"].as_str());
    let codes = codes.map(|code| ("plainAlternativeCode", code.to_lowercase()));
    // Quirk (contract 6.9): GRSciColl's own identifiers of old are not looked for.
    let identifiers = documents(&IDENTIFIER)
        .filter(|identifier| text(identifier, "type") != "GRSCICOLL_ID")
        .map(|identifier| ("bareIdentifier", bare(text(&identifier, "identifier")).to_owned()));
    let datasets = documents(&OCCURRENCE_MAPPING)
        .map(|mapping| ("mappedDataset", text(&mapping, "datasetKey").to_owned()));
    codes.chain(identifiers).chain(datasets).collect()
}

/// The key that an identifier is or ends in, when it is one of GRSciColl's pages.
fn key_in(id: &str) -> Option<String> {
    let is_key = |text: &str| text.len() == 36 && text.parse::<uuid::Uuid>().is_ok();
    let last = if id.contains("gbif.org") || id.contains("grscicoll") {
        let page = id.strip_suffix('/').unwrap_or(id);
        page.rsplit_once('/').map_or(id, |(_, last)| last)
    } else {
        id
    };
    is_key(last).then(|| last.to_lowercase())
}

/// Finds candidates, oldest first.
pub fn find(db: &Connection, sought: &Sought) -> rusqlite::Result<Vec<Candidate>> {
    if sought.code.is_none() && sought.id.is_none() && sought.dataset.is_none() {
        return Ok(Vec::new());
    }
    let key = sought.id.as_deref().and_then(key_in);
    let code_as_name = sought.code.as_deref().map(squeeze);
    let id_as_name = sought.id.as_deref().map(squeeze);
    let values = named_params! {
        ":kind": sought.entity.name,
        ":code": sought.code.as_deref().map(fold),
        ":plain_code": sought.code.as_deref().map(str::to_lowercase),
        ":id": sought.id.as_deref().map(bare),
        ":key": key,
        ":code_as_name": code_as_name,
        ":id_as_name": id_as_name,
        ":dataset": sought.dataset,
        ":country": sought.country,
        ":owner": sought.owner,
        ":owner_as_name": sought.owner.as_deref().map(squeeze),
    };
    let mut query = db.prepare_cached(include_str!("candidates.sql"))?;
    let found = query.query_map(values, |row| Ok((row.get(0)?, read(row, sought)?)))?;
    let mut candidates = Vec::new();
    for one in found {
        let (id, mut candidate): (i64, Candidate) = one?;
        candidate.is_mapped = candidate.is_mapped && is_mapped(db, id, sought)?;
        let is_found = candidate.reasons.iter().any(|reason| *reason != Reason::CountryMatch);
        if is_found || candidate.is_mapped {
            candidates.push(candidate);
        }
    }
    Ok(candidates)
}

fn read(row: &Row, sought: &Sought) -> rusqlite::Result<Candidate> {
    let code: Option<String> = row.get("code")?;
    let bears_code = match (&code, &sought.code) {
        (Some(code), Some(given)) => code.to_lowercase() == given.to_lowercase(),
        _ => false,
    };
    let mut reasons = Vec::new();
    let mut note = |holds: bool, reason: Reason| {
        if holds {
            reasons.push(reason);
        }
    };
    note(bears_code, Reason::CodeMatch);
    note(row.get("bears_id")?, Reason::IdentifierMatch);
    note(row.get("bears_alternative_code")?, Reason::AlternativeCodeMatch);
    note(row.get("bears_name")?, Reason::NameMatch);
    note(row.get("bears_key")?, Reason::KeyMatch);
    note(row.get("is_in_country")?, Reason::CountryMatch);
    Ok(Candidate {
        entity: sought.entity,
        key: row.get("key")?,
        code,
        name: row.get("name")?,
        active: row.get("active")?,
        institution: row.get("institution")?,
        institution_code: row.get("institution_code")?,
        institution_name: row.get("institution_name")?,
        reasons,
        is_mapped: row.get("is_mapped")?,
        has_other_owner: sought.owner.is_some() && !row.get::<_, bool>("is_owner")?,
    })
}

/// Whether a mapping of an entity names what is sought: what either side leaves out does not count.
fn is_mapped(db: &Connection, id: i64, sought: &Sought) -> rusqlite::Result<bool> {
    let agrees = |ours: Option<&str>, given: &Option<String>, same: fn(&str, &str) -> bool| {
        ours.zip(given.as_deref()).is_none_or(|(ours, given)| same(ours, given))
    };
    let exactly = |one: &str, other: &str| one == other;
    let in_any_case = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let is_institution = sought.parent_code.is_none() && sought.entity.name == "institution";
    // Quirk (contract 6.9): collections are mapped by the code exactly as it is written.
    let same_code = if is_institution { in_any_case } else { exactly };
    let mappings = part::documents(db, &OCCURRENCE_MAPPING, id)?;
    Ok(mappings.iter().any(|mapping| {
        maybe_text(mapping, "datasetKey") == sought.dataset.as_deref()
            && agrees(maybe_text(mapping, "code"), &sought.code, same_code)
            && agrees(maybe_text(mapping, "identifier"), &sought.id, exactly)
            && agrees(maybe_text(mapping, "parentCode"), &sought.parent_code, in_any_case)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_lose_what_stands_before_them() {
        assert_eq!(bare(" https://ror.org/01a2b3c45 "), "ror.org/01a2b3c45");
        assert_eq!(bare("urn:lsid:biocol.org:col:1"), "biocol.org:col:1");
        assert_eq!(bare("gbif:ih:irn:1"), "gbif:ih:irn:1");
    }

    #[test]
    fn keys_stand_alone_or_at_the_end_of_a_page() {
        let key = "3b0c6f0e-4a52-4f0e-9a1c-0d9f7c0a51b2";
        for id in [
            key,
            "3B0C6F0E-4A52-4F0E-9A1C-0D9F7C0A51B2",
            "https://www.gbif.org/grscicoll/institution/3b0c6f0e-4a52-4f0e-9a1c-0d9f7c0a51b2",
            "http://localhost/grscicoll/institution/3b0c6f0e-4a52-4f0e-9a1c-0d9f7c0a51b2/",
        ] {
            assert_eq!(key_in(id).as_deref(), Some(key), "{id}");
        }
        assert_eq!(key_in(&format!("https://example.org/{key}")), None);
        assert_eq!(key_in("3b0c6f0e4a524f0e9a1c0d9f7c0a51b2"), None);
    }
}
