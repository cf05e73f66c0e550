//! Making, changing and deleting observations.

use serde_json::{Value, json};

use super::{error, form, ids, key_of, refused, results, send};
use crate::support::Client;

const ADA: i64 = 7;

/// Posts an observation of Ada's and shows it.
#[track_caller]
fn make(mo: &Client, parameters: &str) -> Value {
    let body = format!("api_key={}&detail=high&{parameters}", key_of(mo, ADA));
    results(&form(mo, "POST", "/api2/observations", &body))[0].clone()
}

#[track_caller]
fn patch(mo: &Client, parameters: &str) -> Value {
    let body = format!("api_key={}&detail=high&{parameters}", key_of(mo, ADA));
    results(&form(mo, "PATCH", "/api2/observations", &body))[0].clone()
}

#[test]
fn the_documented_observation_can_be_made() {
    let mo = Client::of("mo");
    let key = key_of(&mo, ADA);

    let answer = mo.send(
        http::Method::POST,
        &format!(
            "/api2/observations?api_key={key}&name=Agaricus&location=Pasadena,+California,+USA&date=2016-08-06&notes=growing+in+lawn"
        ),
        &[],
        "",
    );

    let body = answer.json();
    assert_eq!((&body["user"], &body["results"]), (&json!(7), &json!([1301])));
    let keys: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["version", "run_date", "user", "results", "run_time"]);
    let made = &results(&mo.get("/api2/observations/1301?detail=high"))[0];
    assert_eq!(made["date"], "2016-08-06");
    assert_eq!(made["notes"], "growing in lawn");
    assert_eq!(made["location"]["name"], "Pasadena, California, USA");
    assert_eq!(made["consensus"]["name"], "Agaricus");
    assert_eq!(made["owner"]["login_name"], "mycophile7");
    assert_eq!(made["votes"][0]["confidence"], 3.0);
    let confidence = made["confidence"].as_f64().unwrap();
    assert!(confidence > 1.5 && confidence < 3.0, "{confidence}");
    assert_eq!(made["namings"][0]["confidence"], made["confidence"]);
}

#[test]
fn a_made_observation_has_all_that_was_said() {
    let mo = Client::of("mo");

    let made = make(
        &mo,
        "location=USA, California, Burbank&latitude=34°10'44\"N&longitude=118.3521 W&altitude=1000ft&gps_hidden=no\
         &is_collection_location=0&notes[Cap]=red&notes[Gills]=&notes[Other]=by the _Agaricus_&reason_1=&reason_2=Arora\
         &images=3,2&thumbnail=2&has_specimen=1&collection_number=17&name=Coprinus comatus&vote=2",
    );

    assert_eq!((&made["latitude"], &made["longitude"]), (&json!("34.1789"), &json!("-118.3521")));
    assert_eq!((&made["altitude"], &made["is_collection_location"]), (&json!(305), &json!(false)));
    assert_eq!(made["notes_fields"], json!({"Cap": "red"}));
    assert_eq!(
        made["notes"],
        "by the <a href=\"/lookups/lookup_name/Agaricus\"><i>Agaricus</i></a>"
    );
    assert_eq!(made["location"]["name"], "Burbank, California, USA");
    assert_eq!(
        made["namings"][0]["reasons"],
        json!([{"reason": "Recognized by sight", "notes": ""}, {"reason": "Used references", "notes": "Arora"}])
    );
    assert_eq!((&made["primary_image"]["id"], &made["images"][0]["id"]), (&json!(2), &json!(3)));
    assert_eq!(made["specimen_available"], true);
    assert_eq!(made["collection_numbers"][0]["collector"], "Ada Sporer");
    assert_eq!(made["herbarium_records"][0]["accession_number"], "Ada Sporer 17");
    assert_eq!(made["herbarium_records"][0]["herbarium"]["name"], "Ada Sporer: Personal Fungarium");
}

#[test]
fn anywhere_with_coordinates_is_the_smallest_location_around_them() {
    let mo = Client::of("mo");

    let earth = make(&mo, "location=Everywhere");
    let heights = make(&mo, "location=unknown&latitude=34.129&longitude=-118.14");
    let nowhere = make(&mo, "location=Behind the shed");

    assert_eq!(earth["location"]["name"], "Earth");
    assert_eq!(heights["location"]["name"], "Madison Heights, Pasadena, California, USA");
    assert!(nowhere.get("location").is_none());
    assert_eq!(nowhere["location_name"], "Behind the shed");
}

#[test]
fn a_field_slip_is_found_or_made_and_leads_to_its_project() {
    let mo = Client::of("mo");

    let made = make(&mo, "location=Earth&code=nemf-00777");

    assert_eq!(made["field_slip"]["code"], "NEMF-00777");
    assert_eq!(made["occurrence"]["primary_observation_id"], made["id"]);
    let slip = &results(&mo.get("/api2/field_slips?code=nemf-00777&detail=low"))[0];
    assert_eq!((&slip["project_id"], &slip["observation_ids"]), (&json!(1), &json!([made["id"]])));
    // Project 1 is Ada's.
    assert!(ids(&mo.get("/api2/observations?project=1")).contains(&made["id"].as_i64().unwrap()));
}

#[test]
fn notes_change_field_by_field() {
    let mo = Client::of("mo");
    let id = make(&mo, "location=Earth&notes=lawn&notes[Cap]=red&notes[Stem]=white")["id"].clone();

    let changed =
        patch(&mo, &format!("id={id}&set_notes[Cap]=brown&set_notes[Stem]=&set_notes=wood"));

    assert_eq!(changed["notes_fields"], json!({"Cap": "brown"}));
    assert_eq!(changed["notes"], "wood");
    let again = patch(&mo, &format!("id={id}&set_notes="));
    assert!(again.get("notes").is_none());
    assert_eq!(again["notes_fields"], json!({"Cap": "brown"}));
}

#[test]
fn a_patch_may_come_as_json() {
    let mo = Client::of("mo");
    let body = json!({"api_key": key_of(&mo, ADA), "id": 1, "set_notes": {"Cap": "red"}, "set_has_specimen": false});

    let answer = mo.send_json(http::Method::PATCH, "/api2/observations?detail=low", &body);

    let changed = &results(&answer)[0];
    assert_eq!(
        (&changed["notes_fields"]["Cap"], &changed["specimen_available"]),
        (&json!("red"), &json!(false))
    );
    let body = answer.json();
    assert_eq!((&body["number_of_records"], &body["number_of_pages"]), (&json!(1), &json!(1)));
    assert!(body["query"].as_str().unwrap().contains("`observations`.`id` = 1"));
}

#[test]
fn when_the_thumbnail_goes_the_first_image_left_takes_its_place() {
    let mo = Client::of("mo");
    let made = make(&mo, "location=Earth&images=1,2,3");
    let id = &made["id"];
    let own: Vec<i64> = ids(&mo.get("/api2/images?user=mycophile7"))[..3].to_vec();
    assert_eq!(made["primary_image"]["id"], 1);

    let without = patch(&mo, &format!("id={id}&remove_images=1"));
    assert_eq!(without["primary_image"]["id"], 2);
    let other = patch(&mo, &format!("id={id}&set_thumbnail={}", own[0]));
    assert_eq!(other["primary_image"]["id"], own[0]);
    let none = patch(&mo, &format!("id={id}&remove_images=2,3,{}", own[0]));
    assert!(none.get("primary_image").is_none());
}

#[test]
fn changes_set_the_time_and_nothing_else_is_touched() {
    let mo = Client::of("mo");
    let before = results(&mo.get("/api2/observations/1?detail=low"))[0].clone();

    let after = patch(&mo, "id=1&set_date=20200229");

    assert_eq!(after["date"], "2020-02-29");
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    for same in ["created_at", "number_of_views", "last_viewed", "latitude", "confidence"] {
        assert_eq!(after[same], before[same], "{same}");
    }
}

#[test]
fn what_may_be_changed_is_changed_and_the_rest_refused() {
    let mo = Client::of("mo");
    let (own, other) = (1, 2);
    let body = format!("api_key={}&id={own},{other}&set_notes=seen by all", key_of(&mo, ADA));

    let answer = form(&mo, "PATCH", "/api2/observations", &body);

    let refusal = error(&answer);
    assert!(
        refusal.starts_with(
            "API2::MustHaveEditPermission You do not have permission to edit observation \""
        ),
        "{refusal}"
    );
    assert!(refusal.ends_with(&format!("({other})\".")), "{refusal}");
    assert_eq!(results(&mo.get("/api2/observations/1?detail=low"))[0]["notes"], "seen by all");
    assert_ne!(results(&mo.get("/api2/observations/2?detail=low"))[0]["notes"], "seen by all");
}

#[test]
fn a_page_of_high_detail_is_all_that_a_patch_changes() {
    let mo = Client::of("mo");
    let body =
        format!("api_key={}&user=mycophile7&detail=high&page=1&set_notes=seen", key_of(&mo, ADA));
    let all = ids(&mo.get("/api2/observations?user=7"));

    let answer = form(&mo, "PATCH", "/api2/observations", &body);

    assert_eq!(answer.json()["number_of_records"], all.len());
    assert_eq!(results(&answer).len(), all.len().min(100));
}

#[test]
fn only_the_owner_moves_an_observation_between_projects() {
    let mo = Client::of("mo");
    let key = key_of(&mo, ADA);
    let change = |parameters: &str| {
        form(&mo, "PATCH", "/api2/observations", &format!("api_key={key}&{parameters}"))
    };

    ids(&change("id=1&add_to_project=1"));
    assert!(ids(&mo.get("/api2/observations?project=1")).contains(&1));
    ids(&change("id=1&remove_from_project=1"));
    assert!(!ids(&mo.get("/api2/observations?project=1")).contains(&1));

    let stranger = error(&change("id=1&add_to_project=9"));
    assert!(
        stranger.starts_with("API2::MustBeMember You are not a member of project \""),
        "{stranger}"
    );
}

#[test]
fn a_deleted_observation_takes_what_is_about_it_along_but_not_its_images() {
    let mo = Client::of("mo");
    let before = results(&mo.get("/api2/observations/1?detail=high"))[0].clone();
    let image = &before["primary_image"]["id"];
    let body = format!("api_key={}&id=1&detail=low", key_of(&mo, ADA));

    let answer = form(&mo, "DELETE", "/api2/observations", &body);

    assert_eq!(results(&answer)[0]["id"], 1);
    assert_eq!(
        error(&mo.get("/api2/observations?id=1")),
        "API2::ObjectNotFoundByID Observation #1 does not exist, or someone has deleted it."
    );
    assert_eq!(ids(&mo.get(&format!("/api2/images?id={image}"))), [image.as_i64().unwrap()]);
    for table in ["mo_votes", "mo_namings", "mo_sequences", "mo_observation_images"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE observation_id = ?");
        assert_eq!(super::read::<i64>(&mo, &sql, 1), 0, "{table}");
    }
}

#[test]
fn a_refused_request_leaves_no_trace_but_the_use_of_its_key() {
    let mo = Client::of("mo");
    let uses =
        || super::read::<i64>(&mo, "SELECT sum(num_uses) FROM mo_api_keys WHERE user_id = ?", ADA);
    let before = uses();
    let body = format!("api_key={}&location=Earth&code=12-34", key_of(&mo, ADA));

    let refusal = error(&form(&mo, "POST", "/api2/observations", &body));

    assert!(refusal.starts_with("API2::CreateFailed"), "{refusal}");
    assert_eq!(ids(&mo.get("/api2/observations")).len(), 1300);
    assert_eq!(uses(), before + 1);
}

#[test]
fn an_id_is_never_given_twice() {
    let mo = Client::of("mo");
    for (table, parameters) in [
        ("observations", "location=Earth"),
        ("comments", "target=name 1&summary=a&content=b"),
        ("sequences", "observation=1&locus=ITS&bases=ACGT"),
        ("species_lists", "title=Last"),
        ("field_slips", "code=LAST-1"),
    ] {
        let first = send(&mo, 7, "POST", table, parameters)["id"].as_i64().unwrap();
        send(&mo, 7, "DELETE", table, &format!("id={first}"));
        let second = send(&mo, 7, "POST", table, parameters)["id"].as_i64().unwrap();

        assert_eq!(second, first + 1, "{table}");
    }
}

#[test]
fn a_blank_number_is_no_specimen() {
    let mo = Client::of("mo");
    let blank = "location=Earth&collection_number=&accession_number=&initial_det=";

    let made = send(&mo, 7, "POST", "observations", blank);

    assert_eq!(made["specimen_available"], false);
    assert_eq!(made.get("herbarium_records"), None);
    assert_eq!(
        refused(&mo, 7, "POST", "observations", &format!("{blank}&has_specimen=no")),
        "API2::CanOnlyUseThisFieldIfHasSpecimen The parameter, \"collection_number\", can only be used if the \
         observation has a specimen."
    );
}

#[test]
fn whose_number_is_on_an_observation_may_edit_and_not_delete_it() {
    let mo = Client::of("mo");
    let observation: i64 =
        super::read(&mo, "SELECT min(id) FROM mo_observations WHERE user_id = ?", 3);
    let collector: String = super::read(&mo, "SELECT name FROM mo_users WHERE id = ?", 5);
    let change = format!("id={observation}&set_altitude=77");
    assert!(refused(&mo, 5, "PATCH", "observations", &change).starts_with("API2::MustHaveEdit"));

    let number = format!("observation={observation}&number=1&collector={collector}");
    send(&mo, 3, "POST", "collection_numbers", &number);

    assert_eq!(send(&mo, 5, "PATCH", "observations", &change)["altitude"], 77);
    let refusal = refused(&mo, 5, "DELETE", "observations", &format!("id={observation}"));
    assert!(refusal.starts_with("API2::MustHaveEditPermission"), "{refusal}");
}

#[test]
fn imported_observations_are_changed_at_their_source() {
    let mo = Client::of("mo");
    let id: i64 = super::read(&mo, "SELECT min(id) FROM mo_observations WHERE read_only >= ?", 1);
    let owner: i64 = super::read(&mo, "SELECT user_id FROM mo_observations WHERE id = ?", id);
    let data = &mo.session().data;
    let key = data
        .transact(wardian::store::Transaction::Write, |db| {
            db.execute(
                "INSERT INTO mo_api_keys (user_id, key, notes, created_at, verified) VALUES (?, 'k', '', 'x', 'x')",
                [owner],
            )?;
            db.execute("UPDATE mo_users SET verified = 'x', blocked = 0 WHERE id = ?", [owner])?;
            Ok::<_, rusqlite::Error>("k")
        })
        .unwrap();

    let refusal =
        error(&form(&mo, "DELETE", "/api2/observations", &format!("api_key={key}&id={id}")));

    assert!(refusal.starts_with("API2::ObservationIsReadOnly observation \""), "{refusal}");
    assert!(refusal.ends_with("Edit it at the source and resync instead."), "{refusal}");
}
