//! Who is told of suggestions.

use rusqlite::Connection;

use super::Suggestion;
use crate::apis::gbif::permission::{GRSCICOLL_EDITOR, GRSCICOLL_MEDIATOR};
use crate::apis::gbif::place;
use crate::apis::gbif::record::text;
use crate::kit::call::Call;
use crate::kit::outbox::Mail;

/// Where those who look after GRSciColl read their mail.
const HELPDESK: &str = "scientific-collections@gbif.org";

/// Tells the helpdesk and those in whose scope it lies that there is a new suggestion.
pub fn tell_of_new(
    call: &Call,
    db: &Connection,
    suggestion: &Suggestion,
    name: &str,
    country: Option<&str>,
) -> rusqlite::Result<()> {
    let mut recipients = vec![HELPDESK.to_owned()];
    recipients.extend(reviewers(db, suggestion.entity_key(), country)?);
    let letter = Letter { subject: "New Change Suggestion Created", deed: "made", name, country };
    letter.send(call, db, suggestion, &recipients)
}

/// Tells the helpdesk and the proposer what became of a suggestion.
pub fn tell_of_end(
    call: &Call,
    db: &Connection,
    suggestion: &Suggestion,
    name: &str,
    country: Option<&str>,
) -> rusqlite::Result<()> {
    let recipients = [HELPDESK.to_owned(), text(&suggestion.doc, "proposerEmail").to_owned()];
    let (subject, deed) = if text(&suggestion.doc, "status") == "APPLIED" {
        ("Change Suggestion Applied", "applied")
    } else {
        ("Change Suggestion Discarded", "discarded")
    };
    Letter { subject, deed, name, country }.send(call, db, suggestion, &recipients)
}

struct Letter<'l> {
    subject: &'l str,
    deed: &'l str,
    /// Of the entity that the suggestion is about.
    name: &'l str,
    country: Option<&'l str>,
}

impl Letter<'_> {
    fn send(
        &self,
        call: &Call,
        db: &Connection,
        suggestion: &Suggestion,
        recipients: &[String],
    ) -> rusqlite::Result<()> {
        let Self { subject, deed, name, country } = self;
        let kind = suggestion.entity.name;
        let country = country.and_then(place::country_title);
        let country = country.map(|country| format!(", {country}")).unwrap_or_default();
        let page = match suggestion.entity_key() {
            Some(key) => format!("{kind}/{key}"),
            None => format!("{kind}/create"),
        };
        let body = format!(
            "A suggestion for the {kind} {name}{country} has been {deed}: {}.\n\
             https://registry.gbif.org/{page}?suggestionId={}\n",
            suggestion.kind(),
            suggestion.key
        );
        let link = format!("/v1/grscicoll/{kind}/changeSuggestion/{}", suggestion.key);
        for to in recipients {
            Mail { api: "gbif", to, subject, text: &body, link: Some(&link) }.send(call.now, db)?;
        }
        Ok(())
    }
}

/// Those who may edit the entity, else those who may edit its country: editors, and mediators where there are none.
fn reviewers(
    db: &Connection,
    entity: Option<&str>,
    country: Option<&str>,
) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT email FROM gbif_user
               JOIN gbif_right ON gbif_right.user = gbif_user.name AND kind = ? AND value = ?
               WHERE EXISTS (SELECT 1 FROM json_each(roles) WHERE json_each.value = ?)
               ORDER BY gbif_user.key";
    for (kind, value) in [("entity", entity), ("country", country)] {
        let Some(value) = value else { continue };
        for role in [GRSCICOLL_EDITOR, GRSCICOLL_MEDIATOR] {
            let found: Vec<String> = db
                .prepare_cached(sql)?
                .query_map((kind, value, role), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }
    Ok(Vec::new())
}
