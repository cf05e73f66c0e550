//! Names and locations that somebody made, and others have a part in.

use rstest::rstest;
use wardian::store::Transaction;

use super::{refused, send};
use crate::support::Client;

const ADA: i64 = 7;

/// What somebody else does to a location of Ada's, and how she is refused then.
#[rstest]
#[case(
    "INSERT INTO mo_location_versions (location_id, user_id) VALUES (?1, 3)",
    "MustBeOnlyEditor You can only edit locations if you are the only editor."
)]
#[case(
    "UPDATE mo_location_descriptions SET location_id = ?1, user_id = 3 WHERE id = 1",
    "MustOwnAllDescriptions You can only edit locations if you own all the descriptions."
)]
#[case(
    "UPDATE mo_observations SET location_id = ?1 WHERE id = 2",
    "MustOwnAllObservations You can only edit locations if you own all its observations."
)]
#[case(
    "UPDATE mo_species_lists SET location_id = ?1, user_id = 3 WHERE id = 1",
    "MustOwnAllSpeciesLists You can only edit locations if you own all its observation lists."
)]
#[case(
    "UPDATE mo_users SET location_id = ?1 WHERE id = 3",
    "AnotherUsersProfileLocation You can't edit this location because someone has made it their profile location."
)]
#[case(
    "UPDATE mo_herbaria SET location_id = ?1 WHERE id = 1",
    "MustNotHaveAnyHerbaria You can't edit this location because there is an fungarium there."
)]
fn a_location_that_others_have_a_part_in_stays(#[case] deed: &str, #[case] refusal: &str) {
    let mo = Client::of("mo");
    let edges = "north=39.2&south=39.1&east=-75.4&west=-75.5";
    let name = "Spore Hill, Kent Co., Delaware, USA";
    let made = send(&mo, ADA, "POST", "locations", &format!("name={name}&{edges}"));
    let id = made["id"].as_i64().unwrap();

    somebody_does(&mo, deed, id);

    let change = format!("id={id}&set_notes=x");
    assert_eq!(refused(&mo, ADA, "PATCH", "locations", &change), format!("API2::{refusal}"));
}

/// The same for a name.
#[rstest]
#[case(
    "INSERT INTO mo_name_versions (name_id, user_id) VALUES (?1, 3)",
    "MustBeOnlyEditor You can only edit names if you are the only editor."
)]
#[case(
    "UPDATE mo_name_descriptions SET name_id = ?1, user_id = 3 WHERE id = 1",
    "MustOwnAllDescriptions You can only edit names if you own all the descriptions."
)]
#[case(
    "UPDATE mo_observations SET name_id = ?1 WHERE id = 2",
    "MustOwnAllObservations You can only edit names if you own all its observations."
)]
#[case(
    "UPDATE mo_namings SET name_id = ?1, user_id = 3 WHERE id = 1",
    "MustOwnAllNamings You can only edit names if no one else has proposed that name."
)]
fn a_name_that_others_have_a_part_in_stays(#[case] deed: &str, #[case] refusal: &str) {
    let mo = Client::of("mo");
    let made = send(&mo, ADA, "POST", "names", "name=Novogenus&rank=genus");
    let id = made["id"].as_i64().unwrap();

    somebody_does(&mo, deed, id);

    let change = format!("id={id}&set_notes=x");
    assert_eq!(refused(&mo, ADA, "PATCH", "names", &change), format!("API2::{refusal}"));
}

#[test]
fn a_project_cannot_be_named_like_the_admins_of_another() {
    let mo = Client::of("mo");
    send(&mo, ADA, "POST", "projects", "title=Foray");

    assert_eq!(
        refused(&mo, ADA, "POST", "projects", "title=Foray.admin"),
        "API2::UserGroupTaken The user group \"Foray.admin\" already exists."
    );
}

/// What other users do on the website, where this emulator has no page for it.
fn somebody_does(mo: &Client, deed: &str, id: i64) {
    let done = mo.session().data.transact(Transaction::Write, |db| db.execute(deed, [id]));
    assert_eq!(done, Ok(1));
}
