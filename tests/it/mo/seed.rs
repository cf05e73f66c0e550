//! The seeded world: how many there are of what, and that nothing happens before it can.

use super::read;
use crate::support::Client;

/// Of a table, what holds for how many percent of its rows.
const SHARES: [(&str, &str, f64); 43] = [
    ("users", "name <> ''", 85.0),
    ("users", "notes <> ''", 20.0),
    ("users", "location_id NOT NULL", 30.0),
    ("users", "image_id NOT NULL", 20.0),
    ("users", "mailing_address <> ''", 10.0),
    ("users", "votes_anonymous", 10.0),
    ("users", "notes_template <> ''", 15.0),
    ("names", "rank = 400", 75.0),
    ("names", "rank = 500", 15.0),
    ("names", "rank < 400", 3.0),
    ("names", "rank > 500", 5.0),
    ("names", "rank = 410", 2.0),
    ("names", "author <> ''", 90.0),
    ("names", "citation <> ''", 25.0),
    ("names", "classification <> ''", 90.0),
    ("names", "deprecated", 15.0),
    ("names", "synonym_id NOT NULL", 25.0),
    ("names", "correct_spelling_id NOT NULL", 4.0),
    ("locations", "name NOT LIKE '%, USA'", 30.0),
    ("locations", "high NOT NULL", 40.0),
    ("locations", "notes <> ''", 15.0),
    ("observations", "lat NOT NULL", 55.0),
    ("observations", "CASE WHEN lat NOT NULL THEN gps_hidden END", 6.0),
    ("observations", "alt NOT NULL", 25.0),
    ("observations", "thumb_image_id NOT NULL", 85.0),
    ("observations", "specimen", 25.0),
    ("observations", "notes <> '{}'", 60.0),
    ("observations", "json_extract(notes, '$.Cap') NOT NULL", 15.0),
    ("observations", "location_id IS NULL", 10.0),
    ("observations", "name_id = 1", 8.0),
    ("namings", "reasons <> '{}'", 40.0),
    ("images", "content_type = 'image/jpeg'", 95.0),
    ("images", "vote_cache NOT NULL", 45.0),
    ("images", "ok_for_export", 93.0),
    ("images", "id NOT IN (SELECT image_id FROM mo_observation_images)", 3.0),
    ("comments", "target_type = 'Observation'", 85.0),
    ("sequences", "archive <> ''", 50.0),
    ("external_links", "external_id NOT NULL", 50.0),
    ("name_descriptions", "public", 85.0),
    ("location_descriptions", "public", 85.0),
    // Of so many there are exactly so many.
    ("users", "admin", 100.0 / 60.0),
    ("users", "verified IS NULL", 300.0 / 60.0),
    ("users", "blocked", 100.0 / 60.0),
];

#[test]
fn the_seed_keeps_to_its_shares() {
    let mo = Client::of("mo");
    for (table, what, share) in SHARES {
        let sql = format!("SELECT 100.0 * avg({what}) FROM mo_{table} WHERE id > ?");
        let percent: f64 = read(&mo, &sql, 0);
        assert!((percent - share).abs() <= 3.0, "{percent} % of {table}: {what}");
    }
    // Of few people, the shares are exact.
    for (what, count) in [
        ("notes <> ''", 12),
        ("mailing_address <> ''", 6),
        ("verified IS NULL", 3),
        ("admin", 1),
        ("blocked", 1),
    ] {
        let sql = format!("SELECT count(*) FROM mo_users WHERE {what} AND id > ?");
        assert_eq!(read::<i64>(&mo, &sql, 0), count, "{what}");
    }
}

#[test]
fn groups_of_synonyms_have_from_two_to_five_names() {
    let mo = Client::of("mo");

    let sql = "SELECT group_concat(size) FROM (SELECT DISTINCT size FROM (SELECT count(*) AS size FROM mo_names
               WHERE synonym_id > ? GROUP BY synonym_id) ORDER BY size)";
    assert_eq!(read::<String>(&mo, sql, 0), "2,3,4,5");
    let sql = "SELECT count(*) FROM mo_names m JOIN mo_names n ON n.id = m.correct_spelling_id
               WHERE m.id > ? AND (m.synonym_id IS NOT n.synonym_id OR NOT m.deprecated OR n.deprecated)";
    assert_eq!(
        read::<i64>(&mo, sql, 0),
        0,
        "misspellings are deprecated synonyms of what is right"
    );
    let sql = "SELECT count(*) - count(DISTINCT text_name || author) FROM mo_names WHERE id > ?";
    assert_eq!(read::<i64>(&mo, sql, 0), 0, "no two names are the same");
}

#[test]
fn nobody_makes_anything_before_joining() {
    let mo = Client::of("mo");
    for table in [
        "api_keys",
        "collection_numbers",
        "comments",
        "external_links",
        "field_slips",
        "herbarium_records",
        "images",
        "location_descriptions",
        "locations",
        "name_descriptions",
        "names",
        "namings",
        "observations",
        "occurrences",
        "projects",
        "sequences",
        "species_lists",
    ] {
        let sql = format!(
            "SELECT count(*) FROM mo_{table} x JOIN mo_users u ON u.id = x.user_id
             WHERE x.created_at < u.created_at AND u.id > ?"
        );
        assert_eq!(read::<i64>(&mo, &sql, 0), 0, "{table}");
    }
}

#[test]
fn what_is_said_of_something_comes_after_it() {
    let mo = Client::of("mo");
    let too_early = |later: &str, earlier: &str, link: &str| {
        let sql = format!(
            "SELECT count(*) FROM {later} a JOIN {earlier} b ON {link} WHERE a.created_at < b.created_at AND b.id > ?"
        );
        assert_eq!(read::<i64>(&mo, &sql, 0), 0, "{later} of {earlier}");
    };
    for (class, table) in [
        ("Observation", "observations"),
        ("Name", "names"),
        ("Location", "locations"),
        ("SpeciesList", "species_lists"),
        ("Project", "projects"),
    ] {
        let link = format!("a.target_type = '{class}' AND a.target_id = b.id");
        too_early("mo_comments", &format!("mo_{table}"), &link);
    }
    for table in ["namings", "sequences", "external_links"] {
        too_early(&format!("mo_{table}"), "mo_observations", "b.id = a.observation_id");
    }
    too_early("mo_namings", "mo_names", "b.id = a.name_id");
    too_early("mo_name_descriptions", "mo_names", "b.id = a.name_id");
    too_early("mo_location_descriptions", "mo_locations", "b.id = a.location_id");
    too_early("mo_observations", "mo_locations", "b.id = a.location_id");
    for (record, table) in
        [("herbarium_record", "herbarium_records"), ("collection_number", "collection_numbers")]
    {
        let link = format!(
            "(b.id, a.id) IN (SELECT observation_id, {record}_id FROM mo_observation_{table})"
        );
        too_early(&format!("mo_{table}"), "mo_observations", &link);
    }
}

#[test]
fn the_unknown_name_and_earth_are_the_oldest() {
    let mo = Client::of("mo");
    for table in ["names", "locations"] {
        let sql = format!(
            "SELECT count(*) FROM mo_{table} WHERE created_at <= (SELECT created_at FROM mo_{table} WHERE id = ?)"
        );
        assert_eq!(read::<i64>(&mo, &sql, 1), 1, "{table}");
    }
}

#[test]
fn the_seed_gives_every_key_holder_something_of_everything() {
    let mo = Client::of("mo");
    for user in [7, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 57, 58] {
        for (table, least) in [
            ("observations", 10),
            ("images", 10),
            ("comments", 3),
            ("names", 1),
            ("locations", 1),
            ("species_lists", 1),
            ("projects", 1),
        ] {
            let sql = format!("SELECT count(*) FROM mo_{table} WHERE user_id = ?");
            let count: i64 = read(&mo, &sql, user);
            assert!(count >= least, "user {user} has {count} {table}");
        }
    }
}
