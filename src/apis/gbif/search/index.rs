//! By what entities are found: kept up to date with every write, in the same transaction.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

use crate::apis::gbif::entity::dataset;
use crate::apis::gbif::licence;
use crate::apis::gbif::part::{self, Kept};
use crate::apis::gbif::record::{Record, maybe_text, text};
use crate::apis::gbif::shape::Document;
use crate::store::text::fold;

/// Keeps the words of an entity that is listed, and how to reach its contacts.
pub fn keep_words(db: &Connection, record: &Record) -> rusqlite::Result<()> {
    let parts = part::all_of(db, record.id)?;
    let doc = &record.doc;
    let mut rest = String::new();
    for field in record.entity.fields {
        let is_elsewhere = matches!(field.name, "key" | "title" | "description" | "contacts");
        let is_audit =
            matches!(field.name, "createdBy" | "modifiedBy" | "created" | "modified" | "deleted");
        if !is_elsewhere
            && !is_audit
            && let Some(value) = doc.get(field.name)
        {
            push_texts(&mut rest, value);
        }
    }
    push_contacts(&mut rest, &parts);
    let (title, description) = (text(doc, "title"), text(doc, "description"));
    write_words(db, record.id, [title, "", "", description, "", &rest])?;
    write_terms(db, record.id, &contact_terms(&parts))
}

/// Keeps by what a dataset is listed, searched and suggested.
pub fn keep(db: &Connection, record: &Record) -> rusqlite::Result<()> {
    let dataset = Indexed::read(db, record)?;
    dataset.write(db)
}

/// A dataset with what is found of it in other rows.
struct Indexed<'r> {
    id: i64,
    doc: &'r Document,
    parts: Vec<Kept>,
    publisher: Organization,
    host: Organization,
    networks: Vec<String>,
    network_titles: String,
    keywords: Vec<String>,
    records: i64,
    names: i64,
}

/// What a search shows of an organization.
#[derive(Default)]
struct Organization {
    key: Option<String>,
    title: Option<String>,
    country: Option<String>,
    node: Option<String>,
}

impl Organization {
    fn find(db: &Connection, key: Option<&str>) -> rusqlite::Result<Self> {
        let Some(key) = key else { return Ok(Self::default()) };
        let sql = "SELECT key, title, country, node FROM gbif_entity WHERE key = ?";
        let found = db.prepare_cached(sql)?.query_row([key], |row| {
            Ok(Self {
                key: row.get(0)?,
                title: row.get(1)?,
                country: row.get(2)?,
                node: row.get(3)?,
            })
        });
        Ok(found.optional()?.unwrap_or_default())
    }
}

impl<'r> Indexed<'r> {
    fn read(db: &Connection, record: &'r Record) -> rusqlite::Result<Self> {
        let doc = &record.doc;
        let parts = part::all_of(db, record.id)?;
        let host_key: Option<String> = db
            .prepare_cached("SELECT organization FROM gbif_entity WHERE key = ?")?
            .query_row([text(doc, "installationKey")], |row| row.get(0))
            .optional()?
            .flatten();
        let networks = dataset::networks(db, record.key())?;
        let titles: Option<String> = db
            .prepare_cached(
                "SELECT group_concat(title, ' ') FROM gbif_constituent
                 JOIN gbif_entity ON gbif_entity.key = network AND deleted IS NULL
                 WHERE dataset = ?",
            )?
            .query_row([record.key()], |row| row.get(0))?;
        let volume: Option<(i64, i64)> = db
            .prepare_cached("SELECT occurrences, names FROM gbif_volume WHERE dataset = ?")?
            .query_row([record.key()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (records, names) = volume.unwrap_or_default();
        Ok(Self {
            id: record.id,
            keywords: keywords(doc, &parts),
            publisher: Organization::find(db, maybe_text(doc, "publishingOrganizationKey"))?,
            host: Organization::find(db, host_key.as_deref())?,
            network_titles: titles.unwrap_or_default(),
            doc,
            parts,
            networks,
            records,
            names,
        })
    }

    fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        write_words(
            db,
            self.id,
            [
                text(self.doc, "title"),
                &self.keywords.join(" "),
                &self.organizations(),
                text(self.doc, "description"),
                &self.networks_and_numbers(),
                &self.rest(),
            ],
        )?;
        db.prepare_cached("DELETE FROM gbif_hit WHERE id = ?")?.execute([self.id])?;
        db.prepare_cached("DELETE FROM gbif_found WHERE id = ?")?.execute([self.id])?;
        db.prepare_cached("DELETE FROM gbif_title WHERE rowid = ?")?.execute([self.id])?;
        let mut terms = contact_terms(&self.parts);
        if !self.doc.contains_key("deleted") {
            self.write_hit(db)?;
            terms.extend(self.terms());
        }
        write_terms(db, self.id, &terms)
    }

    fn organizations(&self) -> String {
        let [publisher, host] =
            [&self.publisher, &self.host].map(|known| known.title.as_deref().unwrap_or_default());
        format!("{publisher} {host}")
    }

    fn networks_and_numbers(&self) -> String {
        let doi = text(self.doc, "doi");
        format!("{} {doi} {}", self.network_titles, self.project().unwrap_or_default())
    }

    fn rest(&self) -> String {
        let mut rest = String::new();
        for member in ["type", "subtype", "alias", "abbreviation", "homepage", "citation"] {
            if let Some(value) = self.doc.get(member) {
                push_texts(&mut rest, value);
            }
        }
        push_contacts(&mut rest, &self.parts);
        rest
    }

    fn project(&self) -> Option<&str> {
        self.doc.get("project")?.get("identifier")?.as_str()
    }

    fn license(&self) -> Option<&'static str> {
        maybe_text(self.doc, "license").map(licence::name_of)
    }

    fn write_hit(&self, db: &Connection) -> rusqlite::Result<()> {
        let sql = "INSERT INTO gbif_hit (id, key, created, modified, type, subtype, license,
                       publishing_org, hosting_org, publishing_country, hosting_country,
                       endorsing_node, installation, project, doi, core_type, since, until,
                       records, names, size, folded_title)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let (doc, publisher, host) = (self.doc, &self.publisher, &self.host);
        let is_checklist = maybe_text(doc, "type") == Some("CHECKLIST");
        let span = years(doc);
        db.prepare_cached(sql)?.execute(params![
            self.id,
            text(doc, "key"),
            text(doc, "created"),
            text(doc, "modified"),
            maybe_text(doc, "type"),
            maybe_text(doc, "subtype"),
            self.license(),
            publisher.key,
            host.key,
            publisher.country,
            host.country,
            publisher.node,
            maybe_text(doc, "installationKey"),
            self.project(),
            maybe_text(doc, "doi"),
            doc.get("dwca").and_then(|dwca| dwca["coreType"].as_str()),
            span.iter().map(|(since, _)| since).min(),
            span.iter().map(|(_, until)| until).max(),
            self.records,
            self.names,
            if is_checklist { self.names } else { self.records },
            fold(text(doc, "title")),
        ])?;
        let sql = "INSERT INTO gbif_found (id, found, suggested) VALUES (?, ?, ?)";
        db.prepare_cached(sql)?.execute(params![
            self.id,
            self.found(is_checklist).to_string(),
            self.suggested().to_string(),
        ])?;
        let sql = "INSERT INTO gbif_title (rowid, title) VALUES (?, ?)";
        db.prepare_cached(sql)?.execute((self.id, text(doc, "title")))?;
        Ok(())
    }

    /// The search result: what is empty is left out.
    fn found(&self, is_checklist: bool) -> Value {
        let (doc, publisher, host) = (self.doc, &self.publisher, &self.host);
        let listed = |member: &str| doc.get(member).cloned().unwrap_or_default();
        let members = [
            ("key", listed("key")),
            ("title", listed("title")),
            ("doi", listed("doi")),
            ("description", listed("description")),
            ("type", listed("type")),
            ("subtype", listed("subtype")),
            ("hostingOrganizationKey", json!(host.key)),
            ("hostingOrganizationTitle", json!(host.title)),
            ("hostingCountry", json!(host.country)),
            ("countryCoverage", listed("countryCoverage")),
            ("publishingCountry", json!(publisher.country)),
            ("publishingOrganizationKey", json!(publisher.key)),
            ("publishingOrganizationTitle", json!(publisher.title)),
            ("endorsingNodeKey", json!(publisher.node)),
            ("networkKeys", json!(self.networks)),
            ("license", listed("license")),
            ("decades", json!(decades(&years(doc)))),
            ("keywords", json!(self.keywords)),
            ("projectIdentifier", json!(self.project())),
            ("recordCount", json!(self.records)),
            ("nameUsagesCount", if is_checklist { json!(self.names) } else { Value::Null }),
            ("category", listed("category")),
        ];
        let is_there = |value: &Value| {
            !value.is_null() && !value.as_array().is_some_and(|list: &Vec<Value>| list.is_empty())
        };
        let found: Document = members
            .into_iter()
            .filter(|(_, value)| is_there(value))
            .map(|(member, value)| (member.to_owned(), value))
            .collect();
        Value::Object(found)
    }

    fn suggested(&self) -> Value {
        let members = ["key", "title", "description", "type", "subtype"];
        let suggested: Document = members
            .into_iter()
            .filter_map(|member| Some((member.to_owned(), self.doc.get(member)?.clone())))
            .collect();
        Value::Object(suggested)
    }

    /// What it can be found by that it may have several of.
    fn terms(&self) -> Vec<(&'static str, String)> {
        let mut terms: Vec<(&str, String)> = Vec::new();
        terms.extend(self.keywords.iter().map(|keyword| ("KEYWORD", keyword.clone())));
        terms.extend(self.networks.iter().map(|key| ("NETWORK_KEY", key.clone())));
        terms.extend(decades(&years(self.doc)).iter().map(|decade| ("DECADE", decade.to_string())));
        for (field, member) in [("CATEGORY", "category"), ("COUNTRY", "countryCoverage")] {
            terms.extend(strings(self.doc.get(member)).map(|value| (field, value.to_owned())));
        }
        let extensions = self.doc.get("dwca").and_then(|dwca| dwca.get("extensions"));
        terms.extend(strings(extensions).map(|name| ("DWCA_EXTENSION", name.to_owned())));
        let endpoints = self.parts.iter().filter(|part| part.name == "endpoint");
        for endpoint in endpoints {
            let endpoint = parse(endpoint);
            terms.extend(endpoint["type"].as_str().map(|kind| ("ENDPOINT_TYPE", kind.to_owned())));
        }
        terms
    }
}

fn parse(part: &Kept) -> Value {
    serde_json::from_str(&part.shown).expect("the store holds only documents of parts")
}

fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Tags and the words of all keyword collections, each once.
fn keywords(doc: &Document, parts: &[Kept]) -> Vec<String> {
    let mut keywords: Vec<String> = Vec::new();
    let collections = doc.get("keywordCollections").and_then(Value::as_array);
    for collection in collections.into_iter().flatten() {
        keywords.extend(strings(collection.get("keywords")).map(str::to_owned));
    }
    for tag in parts.iter().filter(|part| part.name == "tag") {
        keywords.extend(parse(tag)["value"].as_str().map(str::to_owned));
    }
    let mut seen = std::collections::HashSet::new();
    keywords.retain(|keyword| seen.insert(keyword.clone()));
    keywords
}

/// First and last years of the temporal coverages that name any.
fn years(doc: &Document) -> Vec<(i32, i32)> {
    let year = |value: &Value| value.as_str()?.get(..4)?.parse::<i32>().ok();
    let coverages = doc.get("temporalCoverages").and_then(Value::as_array);
    coverages
        .into_iter()
        .flatten()
        .filter_map(|coverage| match coverage["@type"].as_str()? {
            "range" => Some((year(&coverage["start"])?, year(&coverage["end"])?)),
            "single" => year(&coverage["date"]).map(|year| (year, year)),
            _ => None,
        })
        .collect()
}

/// The decades that spans of years touch; outside 1800 to 2050 the centuries.
fn decades(spans: &[(i32, i32)]) -> Vec<i32> {
    let mut decades: Vec<i32> = spans
        .iter()
        .flat_map(|(since, until)| (since.div_euclid(10)..=until.div_euclid(10)).take(1000))
        .filter_map(|decade| match decade * 10 {
            decade @ 1800..=2050 => Some(decade),
            decade => Some(decade.div_euclid(100) * 100).filter(|c| (1000..=2400).contains(c)),
        })
        .collect();
    decades.sort_unstable();
    decades.dedup();
    decades
}

fn contact_terms(parts: &[Kept]) -> Vec<(&'static str, String)> {
    let mut terms = Vec::new();
    for contact in parts.iter().filter(|part| part.name == "contact") {
        let contact = parse(contact);
        for (field, member) in [("CONTACT_USER_ID", "userId"), ("CONTACT_EMAIL", "email")] {
            terms.extend(strings(contact.get(member)).map(|value| (field, value.to_owned())));
        }
    }
    terms
}

/// Adds every text of contacts.
fn push_contacts(rest: &mut String, parts: &[Kept]) {
    for contact in parts.iter().filter(|part| part.name == "contact") {
        let Value::Object(contact) = parse(contact) else { continue };
        for (member, value) in &contact {
            if !matches!(
                member.as_str(),
                "createdBy" | "modifiedBy" | "created" | "modified" | "key" | "primary" | "type"
            ) {
                push_texts(rest, value);
            }
        }
    }
}

fn push_texts(rest: &mut String, value: &Value) {
    match value {
        Value::String(text) => {
            rest.push_str(text);
            rest.push(' ');
        }
        Value::Array(list) => list.iter().for_each(|value| push_texts(rest, value)),
        Value::Object(members) => members.values().for_each(|value| push_texts(rest, value)),
        _ => {}
    }
}

fn write_words(db: &Connection, id: i64, columns: [&str; 6]) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM gbif_text WHERE rowid = ?")?.execute([id])?;
    let sql = "INSERT INTO gbif_text
                   (rowid, title, keyword, organization, description, network, rest)
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    let [title, keyword, organization, description, network, rest] = columns;
    let values = params![id, title, keyword, organization, description, network, rest];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

fn write_terms(db: &Connection, id: i64, terms: &[(&'static str, String)]) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM gbif_term WHERE hit = ?")?.execute([id])?;
    let sql = "INSERT OR IGNORE INTO gbif_term (field, folded, value, hit) VALUES (?, ?, ?, ?)";
    let mut insert = db.prepare_cached(sql)?;
    for (field, value) in terms {
        insert.execute(params![field, fold(value), value, id])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_centuries_where_few_datasets_reach() {
        assert_eq!(decades(&[(1995, 2012)]), [1990, 2000, 2010]);
        assert_eq!(decades(&[(1650, 1805)]), [1600, 1700, 1800]);
        assert_eq!(decades(&[(900, 950)]), [] as [i32; 0]);
    }
}
