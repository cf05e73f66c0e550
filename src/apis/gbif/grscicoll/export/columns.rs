//! The columns of exported tables.

use serde_json::Value;

use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::grscicoll::{INSTITUTION, address};
use crate::apis::gbif::place;
use crate::apis::gbif::record::text;
use crate::apis::gbif::shape::Document;

/// A column: its header, and how its cells come from a member of what is shown.
pub struct Column {
    pub header: &'static str,
    member: &'static str,
    cell: fn(&Document, &str) -> String,
}

const fn column(
    header: &'static str,
    member: &'static str,
    cell: fn(&Document, &str) -> String,
) -> Column {
    Column { header, member, cell }
}

static OF_COLLECTIONS: [Column; 46] = [
    column("key", "key", plain),
    column("code", "code", plain),
    column("name", "name", plain),
    column("description", "description", plain),
    column("country", "country", where_it_is),
    column("city", "city", where_it_is),
    column("province", "province", where_it_is),
    column("content_types", "contentTypes", plain),
    column("active", "active", plain),
    column("personal_collection", "personalCollection", plain),
    column("doi", "doi", plain),
    column("email", "email", plain),
    column("phone", "phone", plain),
    column("homepage", "homepage", plain),
    column("catalog_url", "catalogUrls", plain),
    column("api_url", "apiUrls", plain),
    column("preservation_types", "preservationTypes", plain),
    column("accession_status", "accessionStatus", plain),
    column("institution_name", "institutionName", plain),
    column("institution_code", "institutionCode", plain),
    column("institution_key", "institutionKey", plain),
    column("mailing_address", "mailingAddress", whole_address),
    column("address", "address", whole_address),
    column("created_by", "createdBy", plain),
    column("modified_by", "modifiedBy", plain),
    column("created", "created", moment),
    column("modified", "modified", moment),
    column("deleted", "deleted", moment),
    column("tags", "tags", values_of_tags),
    column("identifiers", "identifiers", identifiers),
    column("contactPersons", "contactPersons", contacts),
    column("number_specimens", "numberSpecimens", plain),
    column("machine_tags", "machineTags", machine_tags),
    column("taxonomic_coverage", "taxonomicCoverage", plain),
    column("geographic_coverage", "geographicCoverage", plain),
    column("notes", "notes", plain),
    column("incorporated_collections", "incorporatedCollections", plain),
    column("alternative_codes", "alternativeCodes", codes),
    column("comments", "comments", contents),
    column("occurrence_mappings", "occurrenceMappings", mappings),
    column("replaced_by", "replacedBy", plain),
    column("featuredImageUrl", "featuredImageUrl", plain),
    column("featuredImageLicense", "featuredImageLicense", plain),
    column("temporalCoverage", "temporalCoverage", plain),
    column("masterSourceType", "masterSource", plain),
    column("displayOnNHCPortal", "displayOnNHCPortal", plain),
];

static OF_INSTITUTIONS: [Column; 42] = [
    column("key", "key", plain),
    column("code", "code", plain),
    column("name", "name", plain),
    column("description", "description", plain),
    column("country", "country", where_it_is),
    column("city", "city", where_it_is),
    column("province", "province", where_it_is),
    column("type", "types", plain),
    column("active", "active", plain),
    column("email", "email", plain),
    column("phone", "phone", plain),
    column("homepage", "homepage", plain),
    column("catalog_url", "catalogUrls", plain),
    column("api_url", "apiUrls", plain),
    column("institutional_governance", "institutionalGovernances", plain),
    column("disciplines", "disciplines", plain),
    column("latitude", "latitude", degrees),
    column("longitude", "longitude", degrees),
    column("mailing_address", "mailingAddress", whole_address),
    column("address", "address", whole_address),
    column("additional_names", "additionalNames", plain),
    column("founding_date", "foundingDate", plain),
    column("number_specimens", "numberSpecimens", plain),
    column("logo_url", "logoUrl", plain),
    column("created_by", "createdBy", plain),
    column("modified_by", "modifiedBy", plain),
    column("created", "created", moment),
    column("modified", "modified", moment),
    column("deleted", "deleted", moment),
    column("tags", "tags", values_of_tags),
    column("identifiers", "identifiers", identifiers),
    column("contactPersons", "contactPersons", contacts),
    column("machine_tags", "machineTags", machine_tags),
    column("alternative_codes", "alternativeCodes", codes),
    column("comments", "comments", contents),
    column("occurrence_mappings", "occurrenceMappings", mappings),
    column("replaced_by", "replacedBy", plain),
    column("converted_to_collection", "convertedToCollection", plain),
    column("featuredImageUrl", "featuredImageUrl", plain),
    column("featuredImageLicense", "featuredImageLicense", plain),
    column("masterSourceType", "masterSource", plain),
    column("displayOnNHCPortal", "displayOnNHCPortal", plain),
];

/// The columns of a kind.
pub fn of_kind(entity: &Entity) -> &'static [Column] {
    if entity.name == INSTITUTION.name { &OF_INSTITUTIONS } else { &OF_COLLECTIONS }
}

/// The cells of a row, each in one line.
pub fn cells(columns: &[Column], shown: &Document) -> Vec<String> {
    let cells = columns.iter().map(|column| (column.cell)(shown, column.member));
    cells.map(|cell| cell.replace(['\t', '\n', '\r'], " ")).collect()
}

/// A member as it is; of a list all values.
fn plain(shown: &Document, member: &str) -> String {
    shown.get(member).map(|value| written(value, ";")).unwrap_or_default()
}

/// A value; those of a list with a sign between.
fn written(value: &Value, sign: &str) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Array(list) => joined(list.iter().map(|value| written(value, sign)), sign),
        Value::Null | Value::Object(_) => String::new(),
    }
}

/// Those of some texts that are not empty, with a sign between.
fn joined(texts: impl Iterator<Item = String>, sign: &str) -> String {
    texts.filter(|text| !text.is_empty()).collect::<Vec<String>>().join(sign)
}

fn where_it_is(shown: &Document, member: &str) -> String {
    address::either(shown, member).unwrap_or_default().to_owned()
}

fn whole_address(shown: &Document, member: &str) -> String {
    let parts = ["address", "city", "province", "postalCode"];
    let parts = parts.iter().map(|part| address::part(shown, member, part));
    let country = address::part(shown, member, "country").and_then(place::country_title);
    joined(parts.chain([country]).flatten().map(str::to_owned), " ")
}

/// `2024-05-23T13:14:58.268Z`
fn moment(shown: &Document, member: &str) -> String {
    let written = text(shown, member);
    written.strip_suffix("+00:00").map_or_else(String::new, |local| format!("{local}Z"))
}

/// At most four decimals.
fn degrees(shown: &Document, member: &str) -> String {
    let Some(degrees) = shown.get(member).and_then(Value::as_f64) else { return String::new() };
    let written = format!("{degrees:.4}");
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// One text for each object of a list, with semicolons between.
fn each(shown: &Document, member: &str, write: fn(&Document) -> String) -> String {
    let list = shown.get(member).and_then(Value::as_array).into_iter().flatten();
    joined(list.filter_map(Value::as_object).map(write), ";")
}

/// Members of an object, with a sign between.
fn members(object: &Document, members: &[&str], sign: &str) -> String {
    joined(members.iter().map(|member| plain(object, member)), sign)
}

fn values_of_tags(shown: &Document, member: &str) -> String {
    each(shown, member, |tag| plain(tag, "value"))
}

fn identifiers(shown: &Document, member: &str) -> String {
    each(shown, member, |identifier| plain(identifier, "identifier"))
}

fn machine_tags(shown: &Document, member: &str) -> String {
    each(shown, member, |tag| members(tag, &["namespace", "name", "value"], ":"))
}

fn codes(shown: &Document, member: &str) -> String {
    each(shown, member, |code| plain(code, "code"))
}

fn contents(shown: &Document, member: &str) -> String {
    each(shown, member, |comment| plain(comment, "content"))
}

fn mappings(shown: &Document, member: &str) -> String {
    each(shown, member, |mapping| members(mapping, &["code", "identifier", "datasetKey"], ":"))
}

fn contacts(shown: &Document, member: &str) -> String {
    each(shown, member, |contact| {
        let said = ["firstName", "lastName", "phone", "email", "position", "taxonomicExpertise"];
        let said = said.iter().filter_map(|member| contact.get(*member));
        joined(said.map(|value| written(value, " ")), " ")
    })
}
