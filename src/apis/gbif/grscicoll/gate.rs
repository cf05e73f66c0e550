//! The gate: a filter in front of everything that is written to GRSciColl, and of paths that do not exist too.
//!
//! An administrator may do everything. Mediators and editors may do what lies in their scopes: entities, the countries of
//! entities, namespaces of machine tags. Only mediators delete, merge and convert.

use http::Method;
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use crate::apis::gbif::error::Error;
use crate::apis::gbif::permission::{
    GRSCICOLL_ADMIN, GRSCICOLL_EDITOR, GRSCICOLL_MEDIATOR, end_if_only_asked, is_only_asked,
};
use crate::apis::gbif::quirk::MACHINE_TAG_AUTH;
use crate::apis::gbif::{permission, place};
use crate::kit::call::{Call, Caller};

/// Lets a request through, or turns it away; one that asks for no more than that is answered here.
pub fn pass(call: &Call, caller: &Caller, db: &Connection) -> Result<(), Error> {
    if !call.path.contains("grscicoll") {
        return Ok(());
    }
    // Quirk (contract 2.2): HEAD is no exemption.
    if !matches!(*call.request.method(), Method::GET | Method::OPTIONS) {
        admit(call, caller, db)?;
    }
    end_if_only_asked(call)
}

/// The rules, of which the first that fits decides.
fn admit(call: &Call, caller: &Caller, db: &Connection) -> Result<(), Error> {
    let method = call.request.method();
    let below = call.path.split_once("grscicoll/").map_or("", |(_, below)| below);
    let segments: Vec<&str> = below.trim_end_matches('/').split('/').collect();
    if is_open(call, &segments) {
        return Ok(());
    }
    if caller.identity().is_none() {
        return Err(Error::Forbidden(Error::NotLoggedIn.to_string()));
    }
    if is_admin(caller) {
        return Ok(());
    }
    let Some(gate) = Gate::before(caller, db) else {
        return Err(Error::Forbidden("User has no GrSciColl editor rights".to_owned()));
    };
    let body = serde_json::from_slice(call.request.body()).unwrap_or_default();
    let asks_in_general = is_only_asked(call) && is_blank(&body);
    gate.decide(method, &segments, &Ask { body, asks_in_general })
}

/// Whether somebody may do everything.
pub fn is_admin(caller: &Caller) -> bool {
    caller.has_role(GRSCICOLL_ADMIN)
}

/// What nobody is asked for.
fn is_open(call: &Call, segments: &[&str]) -> bool {
    let (method, path) = (call.request.method(), call.path);
    let suggests = path.contains("/changeSuggestion") || path.contains("/suggestion");
    if *method == Method::POST && suggests {
        return true;
    }
    // Quirk (contract 10): whoever knows its number may delete a machine tag; the documents say so.
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(segments, [_, _, "machineTag", tag] if *method == Method::DELETE && is_number(tag))
        && !call.is_live(&MACHINE_TAG_AUTH)
}

fn is_blank(body: &Value) -> bool {
    match body {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Whether somebody who is no administrator could do what a suggestion asks for.
pub fn may_apply(
    db: &Connection,
    caller: &Caller,
    kind: &str,
    suggestion: &Value,
) -> Result<bool, Error> {
    if is_admin(caller) {
        return Ok(true);
    }
    match Gate::before(caller, db) {
        Some(gate) => gate.may_apply(kind, suggestion),
        None => Ok(false),
    }
}

/// Somebody with scopes, in front of the gate.
struct Gate<'g> {
    db: &'g Connection,
    user: &'g str,
    is_mediator: bool,
}

/// What somebody asks to do.
struct Ask {
    body: Value,
    /// Whether it is asked without a body: could this be done to anything at all?
    asks_in_general: bool,
}

impl Ask {
    /// A key in the body.
    fn key(&self, member: &str) -> Option<String> {
        self.body[member].as_str().map(str::to_lowercase)
    }
}

impl<'g> Gate<'g> {
    fn before(caller: &'g Caller, db: &'g Connection) -> Option<Self> {
        let is_mediator = caller.has_role(GRSCICOLL_MEDIATOR);
        if !is_mediator && !caller.has_role(GRSCICOLL_EDITOR) {
            return None;
        }
        Some(Self { db, user: &caller.identity()?.name, is_mediator })
    }

    fn decide(&self, method: &Method, segments: &[&str], ask: &Ask) -> Result<(), Error> {
        let refusal = match *segments {
            [kind, "changeSuggestion", number, ..] if is_kind(kind) => (!self
                .may_handle_suggestion(kind, number)?)
            .then(|| format!("update change suggestion {}", grouped(number))),
            [kind, _, "machineTag", ref tag @ ..]
                if is_kind(kind) && !self.may_tag(method, tag, ask)? =>
            {
                Some("create or delete machine tag".to_owned())
            }
            [kind] if is_kind(kind) && *method == Method::POST => self
                .refuses_creation(kind, &ask.body, ask.asks_in_general)?
                .map(|reason| format!("create entity {kind}. Reason: {reason}")),
            [kind, key, ref rest @ ..] if is_kind(kind) && key.parse::<uuid::Uuid>().is_ok() => {
                (!self.may_do(method, (kind, &key.to_lowercase()), rest, ask)?)
                    .then(|| format!("modify entity {key} of type {kind}"))
            }
            _ => None,
        };
        match refusal {
            None => Ok(()),
            Some(what) => {
                Err(Error::Forbidden(format!("User {} is not allowed to {what}", self.user)))
            }
        }
    }

    /// Whether what a suggestion asks for could be done directly.
    fn may_apply(&self, kind: &str, suggestion: &Value) -> Result<bool, Error> {
        let may_change = |kind: &str, member: &str| {
            self.may_change(kind, suggestion[member].as_str().unwrap_or_default())
        };
        match suggestion["type"].as_str().unwrap_or_default() {
            "CREATE" => {
                let refusal = self.refuses_creation(kind, &suggestion["suggestedEntity"], false)?;
                Ok(refusal.is_none())
            }
            "UPDATE" => may_change(kind, "entityKey"),
            _ if !self.is_mediator => Ok(false),
            "DELETE" => may_change(kind, "entityKey"),
            "MERGE" => Ok(may_change(kind, "entityKey")? && may_change(kind, "mergeTargetKey")?),
            "CONVERSION_TO_COLLECTION" => {
                let target = "institutionForConvertedCollection";
                let is_within = suggestion[target].is_null() || may_change("institution", target)?;
                Ok(is_within && may_change(kind, "entityKey")?)
            }
            _ => Ok(false),
        }
    }

    /// Whether an entity, or what belongs to it, may be changed in this way.
    fn may_do(
        &self,
        method: &Method,
        (kind, key): (&str, &str),
        rest: &[&str],
        ask: &Ask,
    ) -> Result<bool, Error> {
        let is_within = match rest {
            [] if *method == Method::DELETE => self.is_mediator,
            [] if kind == "collection" => match ask.key("institutionKey") {
                Some(institution) if self.institution_of(key)?.as_ref() != Some(&institution) => {
                    self.may_change("institution", &institution)?
                }
                _ => true,
            },
            ["merge"] => {
                self.is_mediator
                    && match ask.key("replacementEntityKey") {
                        Some(replacement) => self.may_change(kind, &replacement)?,
                        None => ask.asks_in_general,
                    }
            }
            ["convertToCollection"] => {
                self.is_mediator
                    && match ask.key("institutionForNewCollectionKey") {
                        Some(target) => self.may_change("institution", &target)?,
                        None => true,
                    }
            }
            _ => true,
        };
        Ok(is_within && self.may_change(kind, key)?)
    }

    /// Whether an entity lies in the scopes: itself, its country, its institution, or that one's country.
    fn may_change(&self, kind: &str, key: &str) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (
                       SELECT 1 FROM gbif_grscicoll entry
                       LEFT JOIN gbif_grscicoll owner
                              ON owner.key = entry.institution AND owner.kind = 'institution'
                       JOIN gbif_right ON user = ?
                        AND (gbif_right.kind = 'entity' AND value IN (entry.key, owner.key)
                          OR gbif_right.kind = 'country' AND value IN (entry.country, owner.country))
                       WHERE entry.key = ? AND entry.kind = ?)";
        let values = (self.user, key, kind);
        Ok(self.db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
    }

    fn institution_of(&self, collection: &str) -> Result<Option<String>, Error> {
        let sql = "SELECT institution FROM gbif_grscicoll WHERE key = ?";
        let found = self.db.prepare_cached(sql)?.query_row([collection], |row| row.get(0));
        Ok(found.optional()?.flatten())
    }

    /// Why what a body describes may not be made; nothing, where it may.
    fn refuses_creation(
        &self,
        kind: &str,
        body: &Value,
        asks_in_general: bool,
    ) -> Result<Option<String>, Error> {
        let is_collection = kind == "collection";
        if asks_in_general
            && (self.has_any("country")? || (is_collection && self.has_any("entity")?))
        {
            return Ok(None);
        }
        let country = ["address", "mailingAddress"]
            .into_iter()
            .find_map(|member| place::country_code(body[member]["country"].as_str()?));
        if let Some(country) = country
            && self.has("country", country)?
        {
            return Ok(None);
        }
        let country = country
            .and_then(enum_name)
            .unwrap_or("empty (Please provide a country with one of the addresses.)");
        if !is_collection {
            return Ok(Some(format!(
                "Not allowed to create institutions for the country: {country}"
            )));
        }
        let institution = body["institutionKey"].as_str().map(str::to_lowercase);
        if let Some(institution) = &institution
            && self.has("entity", institution)?
        {
            return Ok(None);
        }
        let institution = institution.as_deref().unwrap_or("empty");
        Ok(Some(format!(
            "Not allowed to create collections under the institution: {institution} \
             or in the country: {country}"
        )))
    }

    /// Whether the namespace of a machine tag that is made or deleted is in scope.
    fn may_tag(&self, method: &Method, tag: &[&str], ask: &Ask) -> Result<bool, Error> {
        match (method, tag, ask.body["namespace"].as_str()) {
            (&Method::POST, [], Some(namespace)) => self.has("namespace", namespace),
            (&Method::POST, [], None) => Ok(ask.asks_in_general && self.has_any("namespace")?),
            (&Method::DELETE, [id], _) => match id.parse() {
                Ok(id) => permission::may_untag(self.db, self.user, ("", id)),
                Err(_) => Ok(false),
            },
            _ => Ok(false),
        }
    }

    fn may_handle_suggestion(&self, kind: &str, number: &str) -> Result<bool, Error> {
        let sql = "SELECT doc FROM gbif_grscicoll_suggestion WHERE key = ? AND kind = ?";
        let number = number.parse::<i64>().unwrap_or(-1);
        let found = self.db.prepare_cached(sql)?.query_row((number, kind), |row| row.get(0));
        match found.optional()? {
            Some(suggestion) => self.may_apply(kind, &suggestion),
            None => Ok(false),
        }
    }

    fn has(&self, kind: &str, value: &str) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM gbif_right
                                  WHERE user = ? AND kind = ? AND value = ?)";
        let values = (self.user, kind, value);
        Ok(self.db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
    }

    fn has_any(&self, kind: &str) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM gbif_right WHERE user = ? AND kind = ?)";
        Ok(self.db.prepare_cached(sql)?.query_row((self.user, kind), |row| row.get(0))?)
    }
}

fn is_kind(segment: &str) -> bool {
    matches!(segment, "institution" | "collection")
}

/// `UNITED_STATES`
fn enum_name(code: &str) -> Option<&'static str> {
    let country = place::countries().iter().find(|country| country.alpha2 == code)?;
    Some(country.enum_name.as_str())
}

// Quirk (contract 2.2): numbers of suggestions are told with commas between thousands.
fn grouped(number: &str) -> String {
    let mut text = String::new();
    for (place, digit) in number.chars().enumerate() {
        if place > 0 && (number.len() - place).is_multiple_of(3) {
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
    fn thousands_are_set_apart() {
        assert_eq!(
            ["7", "123", "1234", "1234567"].map(grouped),
            ["7", "123", "1,234", "1,234,567"]
        );
    }
}
