//! What belongs to observations: collection numbers, fungarium records, sequences, occurrences.

use super::{ids, read, refused, send};
use crate::support::Client;

const ADA: i64 = 7;

#[test]
fn sequences_are_told_apart_by_their_codes_alone() {
    let mo = Client::of("mo");
    let refusal = "API2::CreateFailed Failed to create DNA sequence \"X\": Sequence is a duplicate of another one of this observation";
    let made =
        send(&mo, ADA, "POST", "sequences", "observation=2&locus=ITS1&bases=acgtn RYKM\nacgt");
    assert_eq!(made["bases"], "acgtn RYKM\nacgt", "it is kept as it was sent");

    for same in ["ACGTNRYKMACGT", ">ITS of mine\n1 acgtnrykm\n10 acgt", " acgtnrykm acgt "] {
        let sent = format!("observation=2&locus=X&bases={same}");
        assert_eq!(refused(&mo, ADA, "POST", "sequences", &sent), refusal, "{same}");
    }
    let other = send(&mo, ADA, "POST", "sequences", "observation=2&locus=X&bases=ACGTNRYKMACGG");
    let id = &other["id"];
    let sent = format!("id={id}&set_bases=acgtnrykmacgt");
    assert_eq!(refused(&mo, ADA, "PATCH", "sequences", &sent), refusal);
    send(&mo, ADA, "PATCH", "sequences", &format!("id={id}&set_bases=acgtnrykmacgg"));
    send(&mo, ADA, "POST", "sequences", "observation=3&locus=X&bases=ACGTNRYKMACGT");
}

#[test]
fn the_oldest_observation_is_the_primary_one() {
    let mo = Client::of("mo");
    let loose = "SELECT id FROM mo_observations WHERE occurrence_id IS NULL AND id > ?";
    // Each was entered before the one that it is taken after, and has a higher id.
    let before = |id: i64| -> i64 {
        let sql = format!(
            "{loose} AND created_at < (SELECT created_at FROM mo_observations WHERE id = {id})
             ORDER BY created_at DESC"
        );
        read(&mo, &sql, id)
    };
    let youngest = read(&mo, &format!("{loose} AND id < 400 ORDER BY created_at DESC"), 0);
    let younger = before(youngest);
    let older = before(younger);
    let oldest = before(older);
    let primary = |sent: &str| {
        let made = send(&mo, ADA, "POST", "occurrences", sent);
        made["primary_observation_id"].as_i64().unwrap()
    };

    assert_eq!(primary(&format!("observation={youngest},{younger}")), younger);
    let given = format!("observation={older},{oldest}&primary_observation={older}");
    assert_eq!(primary(&given), older, "unless the request says another");
    let all = format!("observation={youngest},{older}");
    assert_eq!(primary(&all), oldest, "of all that come along");
    let occurrence = &ids(&mo.get(&format!("/api2/occurrences?observation={oldest}")))[0];
    let smaller = format!("id={occurrence}&remove_observation={oldest}");
    let left = send(&mo, ADA, "PATCH", "occurrences", &smaller);
    assert_eq!(left["primary_observation_id"], older, "the oldest of those that are left");
}
