//! What puts observations into the store.

use rusqlite::{Connection, Statement};

/// The statements that put in what belongs to one observation.
pub struct Inserts<'d> {
    pub observation: Statement<'d>,
    pub naming: Statement<'d>,
    pub vote: Statement<'d>,
    pub image: Statement<'d>,
    pub link: Statement<'d>,
}

impl<'d> Inserts<'d> {
    pub fn prepare(db: &'d Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            observation: db.prepare(
                "INSERT INTO mo_observations (id, user_id, `when`, `where`, location_id, lat, lng, alt,
                 gps_hidden, specimen, is_collection_location, name_id, vote_cache, thumb_image_id, notes,
                 source, read_only, created_at, updated_at, num_views, last_view)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?,
            naming: db.prepare(
                "INSERT INTO mo_namings (observation_id, name_id, user_id, vote_cache, reasons, created_at,
                 updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
            )?,
            vote: db.prepare(
                "INSERT INTO mo_votes (naming_id, observation_id, user_id, value) VALUES (?, ?, ?, ?)",
            )?,
            image: db.prepare(
                "INSERT INTO mo_images (id, user_id, `when`, copyright_holder, license_id, notes,
                 original_name, content_type, width, height, vote_cache, ok_for_export, diagnostic,
                 created_at, updated_at, num_views, last_view)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?,
            link: db.prepare(
                "INSERT INTO mo_observation_images (observation_id, image_id, rank) VALUES (?, ?, ?)",
            )?,
        })
    }
}
