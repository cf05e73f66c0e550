//! The nightly dumps: whole tables as tab-separated text, made from the store when they are asked for,
//! and sent piece by piece.

use http::StatusCode;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::request::Refused;
use super::scientific;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::reply::Reply;
use crate::kit::rest::{Rest, Sink};

/// One dump: its file, its header, and the rows.
struct Dump {
    file: &'static str,
    header: &'static str,
    sql: &'static str,
    write: fn(&Row, &mut String) -> rusqlite::Result<()>,
}

/// Numbers of the sources of descriptions.
const DESCRIPTIONS: &str = "CASE source_type WHEN 'public' THEN 1 WHEN 'foreign' THEN 2
     WHEN 'project' THEN 3 WHEN 'source' THEN 4 ELSE 5 END";

static DUMPS: [Dump; 8] = [
    Dump {
        file: "observations.csv",
        // The blank before `alt` is the service's own (contract 4.4).
        header: "id\tname_id\twhen\tlocation_id\tlat\tlng\t alt\tvote_cache\tis_collection_location\tthumb_image_id",
        sql: "SELECT id, name_id, `when`, location_id,
                     CASE WHEN gps_hidden THEN CAST(round(lat) AS INTEGER) ELSE lat END,
                     CASE WHEN gps_hidden THEN CAST(round(lng) AS INTEGER) ELSE lng END,
                     alt, vote_cache, is_collection_location, thumb_image_id
              FROM mo_observations ORDER BY id",
        write: cells,
    },
    Dump {
        file: "images_observations.csv",
        header: "image_id\tobservation_id",
        sql: "SELECT image_id, observation_id FROM mo_observation_images
              ORDER BY image_id, observation_id",
        write: cells,
    },
    Dump {
        file: "images.csv",
        header: "id\tcontent_type\tcopyright_holder\tlicense\tok_for_export\tdiagnostic",
        sql: "SELECT i.id, i.content_type, i.copyright_holder, l.url, i.ok_for_export, i.diagnostic
              FROM mo_images i JOIN mo_licenses l ON l.id = i.license_id ORDER BY i.id",
        write: cells,
    },
    Dump {
        file: "names.csv",
        header: "id\ttext_name\tauthor\tdeprecated\tcorrect_spelling_id\tsynonym_id\trank",
        sql: "SELECT id, text_name, author, deprecated, correct_spelling_id, synonym_id, rank
              FROM mo_names ORDER BY id",
        write: cells,
    },
    Dump {
        file: "name_classifications.csv",
        header: "name_id\tdomain\tkingdom\tphylum\tclass\torder\tfamily",
        sql: "SELECT id, classification FROM mo_names WHERE classification <> '' ORDER BY id",
        write: classification,
    },
    Dump {
        file: "name_descriptions.csv",
        header: "id\tname_id\tsource_type\tsource_name\tgeneral_description\tdiagnostic_description\tdistribution\t\
                 habitat\tlook_alikes\tuses\tnotes\trefs",
        sql: "SELECT id, name_id, {source}, nullif(source_name, ''), nullif(gen_desc, ''),
                     nullif(diag_desc, ''), nullif(distribution, ''), nullif(habitat, ''),
                     nullif(look_alikes, ''), nullif(uses, ''), nullif(notes, ''), nullif(refs, '')
              FROM mo_name_descriptions WHERE public = 1 ORDER BY id",
        write: cells,
    },
    Dump {
        file: "locations.csv",
        header: "id\tname\tnorth\tsouth\teast\twest\thigh\tlow",
        sql: "SELECT id, name, north, south, east, west, high, low FROM mo_locations ORDER BY id",
        write: cells,
    },
    Dump {
        file: "location_descriptions.csv",
        header: "id\tlocation_id\tsource_type\tsource_name\tgen_desc\tecology\tspecies\tnotes\trefs",
        sql: "SELECT id, location_id, {source}, nullif(source_name, ''), nullif(gen_desc, ''),
                     nullif(ecology, ''), nullif(species, ''), nullif(notes, ''), nullif(refs, '')
              FROM mo_location_descriptions WHERE public = 1 ORDER BY id",
        write: cells,
    },
];

pub fn endpoints() -> Vec<Endpoint> {
    DUMPS
        .iter()
        .map(|dump| {
            let name = dump.file.trim_end_matches(".csv");
            Endpoint::get(format!("/{}", dump.file))
                .id(format!("dump.{name}"))
                .summary("A whole table as tab-separated text")
                .searches()
                .media_type("text/csv")
                .heavy()
                .handler(move |_: &Call, _: &Connection| Ok::<_, Refused>(answer(dump)))
        })
        .collect()
}

fn answer(dump: &'static Dump) -> Reply {
    Reply::new(StatusCode::OK, "text/csv", format!("{}\n", dump.header))
        .followed_by(Rest::stored(|db, send| write(dump, db, send)))
}

/// Bytes after which a piece of a dump is sent.
const PIECE: usize = 64 << 10;

fn write(dump: &Dump, db: &Connection, send: &mut Sink) -> rusqlite::Result<()> {
    let mut text = String::with_capacity(PIECE);
    let mut query = db.prepare_cached(&dump.sql.replace("{source}", DESCRIPTIONS))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        (dump.write)(row, &mut text)?;
        text.push('\n');
        if text.len() >= PIECE {
            let piece = std::mem::replace(&mut text, String::with_capacity(PIECE));
            if !send(piece.into()) {
                return Ok(());
            }
        }
    }
    send(text.into());
    Ok(())
}

/// All columns of a row, as they are.
fn cells(row: &Row, text: &mut String) -> rusqlite::Result<()> {
    for column in 0..row.as_ref().column_count() {
        if column > 0 {
            text.push('\t');
        }
        match row.get_ref(column)? {
            ValueRef::Null => text.push_str("NULL"),
            ValueRef::Integer(number) => text.push_str(&number.to_string()),
            ValueRef::Real(number) => text.push_str(&number.to_string()),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                escape(&String::from_utf8_lossy(bytes), text);
            }
        }
    }
    Ok(())
}

fn escape(value: &str, text: &mut String) {
    for c in value.chars() {
        match c {
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\\' => text.push_str("\\\\"),
            c => text.push(c),
        }
    }
}

/// A name's parents, each rank in its column.
fn classification(row: &Row, text: &mut String) -> rusqlite::Result<()> {
    let (id, lines): (i64, String) = (row.get(0)?, row.get(1)?);
    text.push_str(&id.to_string());
    let parents = scientific::classification(&lines);
    for rank in scientific::CLASSIFIED.iter().filter(|rank| **rank != "Genus") {
        text.push('\t');
        if let Some((_, parent)) = parents.iter().find(|(known, _)| known == rank) {
            escape(parent, text);
        }
    }
    Ok(())
}
