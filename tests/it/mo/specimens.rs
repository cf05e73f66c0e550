//! What belongs to observations: collection numbers, fungarium records, sequences, occurrences.

use serde_json::json;

use super::{error, form, ids, key_of, read, refused, results, send};
use crate::support::Client;

const ADA: i64 = 7;

/// When an observation was changed last.
fn updated(mo: &Client, observation: i64) -> String {
    read(mo, "SELECT updated_at FROM mo_observations WHERE id = ?", observation)
}

/// Makes an observation as if it had not been changed for long.
fn age(mo: &Client, observation: i64) {
    let data = &mo.session().data;
    data.transact(wardian::store::Transaction::Write, |db| {
        db.execute(
            "UPDATE mo_observations SET updated_at = '2006-01-01' WHERE id = ?",
            [observation],
        )
    })
    .unwrap();
}

#[test]
fn numbers_that_become_the_same_become_one() {
    let mo = Client::of("mo");
    let own = ids(&mo.get("/api2/observations?user=7"));
    let number = |observation: i64, number: &str| {
        let sent = format!("observation={observation}&collector=Ada&number={number}");
        send(&mo, ADA, "POST", "collection_numbers", &sent)["id"].clone()
    };
    let (kept, other) = (number(own[0], "A1"), number(own[1], "A2"));

    let body = format!("api_key={}&id={other}&set_number=A1", key_of(&mo, ADA));
    let answer = form(&mo, "PATCH", "/api2/collection_numbers", &body);
    assert_eq!(results(&answer)[0], kept, "the answer shows what it is part of now");

    assert_eq!(
        ids(&mo.get("/api2/collection_numbers?collector=Ada")),
        [kept.as_i64().unwrap()],
        "the one that was there stays"
    );
    let shown = &results(&mo.get(&format!("/api2/collection_numbers/{kept}?detail=high")))[0];
    assert_eq!(shown["observation_ids"], json!([own[0], own[1]]));
}

#[test]
fn a_number_that_stays_different_stays() {
    let mo = Client::of("mo");

    let changed = send(&mo, ADA, "PATCH", "collection_numbers", "id=1&set_number=A 17");

    assert_eq!((&changed["id"], &changed["number"]), (&json!(1), &json!("A 17")));
    assert_eq!(changed["observation_ids"], json!([1]));
}

#[test]
fn a_number_goes_with_its_last_observation() {
    let mo = Client::of("mo");
    let own = ids(&mo.get("/api2/observations?user=7"));
    let alone = ids(&mo.get("/api2/collection_numbers?observation=1"));
    assert_eq!((own[0], alone.len()), (1, 1));
    let add = |observation: i64| {
        let sent = format!("observation={observation}&number=shared");
        send(&mo, ADA, "POST", "collection_numbers", &sent)["id"].clone()
    };
    let shared = add(own[0]);
    assert_eq!(add(own[1]), shared);

    send(&mo, ADA, "DELETE", "observations", "id=1");

    assert_eq!(
        error(&mo.get(&format!("/api2/collection_numbers?id={}", alone[0]))),
        format!(
            "API2::ObjectNotFoundByID Collection number #{} does not exist, or someone has deleted it.",
            alone[0]
        )
    );
    let shown = &results(&mo.get(&format!("/api2/collection_numbers/{shared}?detail=high")))[0];
    assert_eq!(shown["observation_ids"], json!([own[1]]));
}

#[test]
fn an_observation_changes_with_its_numbers_and_records() {
    let mo = Client::of("mo");
    let own = ids(&mo.get("/api2/observations?user=7"));
    let (first, second) = (own[0], own[1]);
    for (table, new) in [
        ("collection_numbers", "number=B7"),
        ("herbarium_records", "herbarium=NY&accession_number=B7"),
    ] {
        let changes = |method: &str, sent: &str, observation: i64, whether: bool| {
            age(&mo, observation);
            let before = updated(&mo, observation);
            let body = format!("api_key={}&{sent}", key_of(&mo, ADA));
            let id = ids(&form(&mo, method, &format!("/api2/{table}"), &body))[0];
            assert_eq!(updated(&mo, observation) != before, whether, "{method} {table} {sent}");
            id
        };

        let id = changes("POST", &format!("observation={first}&{new}"), first, true);
        changes("POST", &format!("observation={first}&{new}"), first, false);
        changes("PATCH", &format!("id={id}&add_observation={second}"), second, true);
        changes("PATCH", &format!("id={id}&remove_observation={second}"), second, true);
        changes("PATCH", &format!("id={id}&remove_observation={second}"), second, false);
        changes("DELETE", &format!("id={id}"), first, true);
    }
    age(&mo, first);
    let before = updated(&mo, first);
    send(
        &mo,
        ADA,
        "POST",
        "comments",
        &format!("summary=Nice&content=x&target=observation {first}"),
    );
    assert_eq!(updated(&mo, first), before, "a comment is a record of its own");
}

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
    assert_eq!(primary(&all), older, "of those that the request names, whatever comes along");
    let occurrence = &ids(&mo.get(&format!("/api2/occurrences?observation={oldest}")))[0];
    let smaller = format!("id={occurrence}&remove_observation={older}");
    let left = send(&mo, ADA, "PATCH", "occurrences", &smaller);
    assert_eq!(left["primary_observation_id"], oldest, "the oldest of those that are left");
    assert_eq!(
        refused(&mo, ADA, "POST", "occurrences", "observation=5"),
        "API2::BadParameterValue Invalid or unknown observation, \"5\", accept only numerical id."
    );
}
