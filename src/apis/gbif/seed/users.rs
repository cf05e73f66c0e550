//! Users: somebody for every right there is.

use rusqlite::Connection;
use serde_json::json;

use super::super::entity::organization::new_password;
use crate::world::World;

/// The organization that the seeded editor may edit.
const ORGANIZATION_IN_SCOPE: &str = "e2e717bf-551a-4917-bdc9-4fa0f342c530";
/// The institution that the seeded editor of collections may edit.
pub const INSTITUTION_IN_SCOPE: &str = "6a6ac6c5-1b8a-48db-91a2-f8661274ff80";

/// Name, first and last name, roles.
const USERS: [(&str, &str, &str, &[&str]); 6] = [
    ("registry_admin", "Ada", "Finch", &["USER", "REGISTRY_ADMIN"]),
    ("registry_editor", "Bela", "Rook", &["USER", "REGISTRY_EDITOR"]),
    ("grscicoll_admin", "Clara", "Wren", &["USER", "GRSCICOLL_ADMIN"]),
    ("grscicoll_mediator", "Diego", "Heron", &["USER", "GRSCICOLL_MEDIATOR"]),
    ("grscicoll_editor", "Esther", "Plover", &["USER", "GRSCICOLL_EDITOR"]),
    ("plain_user", "Felix", "Tern", &["USER"]),
];

/// User, kind of right, what it is about.
const RIGHTS: [(&str, &str, &str); 6] = [
    ("registry_editor", "entity", ORGANIZATION_IN_SCOPE),
    ("registry_editor", "namespace", "editor.example.org"),
    ("grscicoll_mediator", "country", "ES"),
    ("grscicoll_editor", "country", "DK"),
    ("grscicoll_editor", "entity", INSTITUTION_IN_SCOPE),
    ("grscicoll_editor", "namespace", "iDigBio.org"),
];

pub fn sow(world: &World, db: &Connection) -> rusqlite::Result<()> {
    let mut random = world.stream("gbif.users");
    let sql = "INSERT INTO gbif_user
                   (name, email, first_name, last_name, password, settings, roles)
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    for (name, first, last, roles) in USERS {
        insert.execute((
            name,
            format!("{}@example.org", first.to_lowercase()),
            first,
            last,
            new_password(&mut random),
            json!({ "country": "DK", "locale": "en" }).to_string(),
            json!(roles).to_string(),
        ))?;
    }
    drop(insert);
    let mut insert = db.prepare("INSERT INTO gbif_right (user, kind, value) VALUES (?, ?, ?)")?;
    for right in RIGHTS {
        insert.execute(right)?;
    }
    Ok(())
}
