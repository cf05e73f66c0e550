//! The audit log: who did what, one row for each event. All events of a request share a trace.

use rusqlite::{Connection, params};

use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::entity::rules::{Event, Happened};
use crate::apis::gbif::moment;
use crate::apis::gbif::part::Part;
use crate::apis::gbif::record;
use crate::apis::gbif::shape::{self, Document};
use crate::kit::call::Call;
use crate::kit::json::{self, JsonStyle};

/// One row of the log.
pub struct Entry<'e> {
    pub entity: &'static Entity,
    /// As the log names it: `CREATE`.
    pub operation: &'e str,
    /// The kind of part that it was done to: `Identifier`.
    pub part: Option<&'e str>,
    pub part_key: Option<i64>,
    pub entity_key: Option<&'e str>,
    pub replacement: Option<&'e str>,
    pub user: &'e str,
    pub pre_state: Option<String>,
    pub post_state: Option<String>,
}

impl Entry<'_> {
    /// An entry about an entity as a whole.
    pub fn of<'e>(
        entity: &'static Entity,
        operation: &'e str,
        key: &'e str,
        user: &'e str,
    ) -> Entry<'e> {
        Entry {
            entity,
            operation,
            part: None,
            part_key: None,
            entity_key: Some(key),
            replacement: None,
            user,
            pre_state: None,
            post_state: None,
        }
    }
}

/// Adds a row to the log.
pub fn write(call: &Call, db: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    insert(db, call.trace(), &moment::written(call.now), entry)
}

/// The same for a trace and a moment that are known.
pub fn insert(db: &Connection, trace: i64, created: &str, entry: &Entry) -> rusqlite::Result<()> {
    let sql = "INSERT INTO gbif_grscicoll_audit (trace, kind, part, operation, entity, part_key,
                   replacement, created, created_by, pre_state, post_state)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute(params![
        trace,
        entry.entity.name.to_uppercase(),
        entry.part,
        entry.operation,
        entry.entity_key,
        entry.part_key.map(|key| key.to_string()),
        entry.replacement,
        created,
        Some(entry.user).filter(|user| !user.is_empty()),
        entry.pre_state,
        entry.post_state,
    ])?;
    Ok(())
}

/// An entity as the log keeps it: without its parts, which have entries of their own.
pub fn state(entity: &Entity, doc: &Document) -> String {
    spaced(&shape::write(entity.fields, doc))
}

/// JSON with blanks after commas and colons.
pub fn spaced(compact: &str) -> String {
    const STYLE: JsonStyle = JsonStyle { spaced: true, ..JsonStyle::COMPACT };
    let tree: serde_json::Value = serde_json::from_str(compact).expect("it was written as JSON");
    String::from_utf8(json::write_tree(STYLE, &tree)).expect("JSON is UTF-8")
}

/// Writes down what happened to an entity or one of its parts.
pub fn witness(call: &Call, db: &Connection, event: &Event) -> rusqlite::Result<()> {
    match event {
        Event::Made { record, user } => {
            let post_state = Some(state(record.entity, &record.doc));
            let entry = Entry::of(record.entity, "CREATE", record.key(), user);
            write(call, db, &Entry { post_state, ..entry })
        }
        Event::Changed { record, before, user } => {
            let pre_state = Some(state(record.entity, before));
            let post_state = Some(state(record.entity, &record.doc));
            let entry = Entry::of(record.entity, "UPDATE", record.key(), user);
            write(call, db, &Entry { pre_state, post_state, ..entry })
        }
        // Quirk (contract 6.3): a deletion is an update too.
        Event::Deleted { record, before, user } => {
            for operation in ["UPDATE", "DELETE"] {
                let pre_state = Some(state(record.entity, before));
                let post_state = Some(state(record.entity, &record.doc));
                let entry = Entry::of(record.entity, operation, record.key(), user);
                write(call, db, &Entry { pre_state, post_state, ..entry })?;
            }
            Ok(())
        }
        Event::Part { entity, part, key, act, user } => {
            let Some(name) = part_name(part) else { return Ok(()) };
            let holder = record::kind_of(db, *entity)?;
            let entity_key = record::key_of(db, *entity)?;
            let shown = |doc: &Document| Some(spaced(&shape::write(part.fields, doc)));
            let (operation, pre_state, post_state) = match act {
                Happened::Added(doc) => ("CREATE", None, shown(doc)),
                Happened::Changed(doc) => ("UPDATE", None, shown(doc)),
                Happened::Removed(doc) => ("DELETE", shown(doc), None),
            };
            let entry = Entry {
                part: Some(name),
                part_key: Some(*key),
                pre_state,
                post_state,
                ..Entry::of(holder, operation, &entity_key, user)
            };
            write(call, db, &entry)
        }
    }
}

/// How the log names a kind of part; none for those that it passes over.
pub fn part_name(part: &Part) -> Option<&'static str> {
    Some(match part.name {
        "contactPerson" => "Contact",
        "identifier" => "Identifier",
        "tag" => "Tag",
        "machineTag" => "MachineTag",
        "comment" => "Comment",
        "occurrenceMapping" => "OccurrenceMapping",
        _ => return None,
    })
}
