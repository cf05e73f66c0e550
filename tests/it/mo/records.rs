//! Writing to the other tables.

use serde_json::{Value, json};

use super::{error, form, ids, key_of, read, refused, results, send};
use crate::support::Client;

const ADA: i64 = 7;
const ADMIN: i64 = 1;

#[test]
fn comments_belong_to_their_authors() {
    let mo = Client::of("mo");

    let made =
        send(&mo, ADA, "POST", "comments", "summary=Nice&content=one\ntwo&target=Species List #3");
    assert_eq!((&made["object_type"], &made["object_id"]), (&json!("SpeciesList"), &json!(3)));
    assert_eq!(made["content"], "<p>one<br />\ntwo</p>");
    let id = &made["id"];
    let changed = send(&mo, ADA, "PATCH", "comments", &format!("id={id}&set_content="));
    assert!(changed.get("content").is_none());
    assert_eq!(
        refused(&mo, ADMIN, "PATCH", "comments", &format!("id={id}&set_content=x")),
        "API2::MustHaveEditPermission You do not have permission to edit comment \"Nice\"."
    );
    assert_eq!(&send(&mo, ADA, "DELETE", "comments", &format!("id={id}"))["id"], id);
    assert!(
        error(&mo.get(&format!("/api2/comments/{id}"))).starts_with("API2::ObjectNotFoundByID")
    );
}

#[test]
fn a_collection_number_is_shared_and_goes_with_its_last_observation() {
    let mo = Client::of("mo");
    let own = ids(&mo.get("/api2/observations?user=7"));

    let first =
        send(&mo, ADA, "POST", "collection_numbers", &format!("observation={}&number=A1", own[0]));
    let second =
        send(&mo, ADA, "POST", "collection_numbers", &format!("observation={}&number=A1", own[1]));

    assert_eq!(first["id"], second["id"]);
    assert_eq!(second["observation_ids"], json!([own[0], own[1]]));
    let id = &first["id"];
    send(
        &mo,
        ADA,
        "PATCH",
        "collection_numbers",
        &format!("id={id}&remove_observation={}", own[0]),
    );
    let key = key_of(&mo, ADA);
    form(
        &mo,
        "PATCH",
        "/api2/collection_numbers",
        &format!("api_key={key}&id={id}&remove_observation={}", own[1]),
    );
    assert!(
        error(&mo.get(&format!("/api2/collection_numbers/{id}")))
            .starts_with("API2::ObjectNotFoundByID")
    );
    assert!(
        refused(&mo, ADA, "POST", "collection_numbers", "observation=2&number=1")
            .starts_with("API2::MustHaveEditPermission")
    );
}

#[test]
fn herbarium_records_have_numbers_of_their_own() {
    let mo = Client::of("mo");

    let made = send(&mo, ADA, "POST", "herbarium_records", "observation=16&herbarium=NY");
    assert_eq!(made["observation_ids"], json!([16]));
    assert!(made["initial_determination"].as_str().is_some_and(|name| !name.is_empty()));
    let again = send(
        &mo,
        ADA,
        "POST",
        "herbarium_records",
        &format!(
            "observation=1&herbarium=NY&accession_number={}",
            made["accession_number"].as_str().unwrap()
        ),
    );
    assert_eq!(again["id"], made["id"]);
    // Observation 10 is another's, who does not look after this record.
    let number = made["accession_number"].as_str().unwrap();
    let stranger = 10;
    let observation = ids(&mo.get(&format!("/api2/observations?user={stranger}")))[0];
    let herbarium = made["herbarium"]["id"].as_i64().unwrap();
    let is_curator: bool = read(
        &mo,
        "SELECT EXISTS (SELECT 1 FROM mo_herbarium_curators WHERE user_id = 10 AND herbarium_id = ?)",
        herbarium,
    );
    assert!(!is_curator);
    assert_eq!(
        refused(
            &mo,
            stranger,
            "POST",
            "herbarium_records",
            &format!("observation={observation}&herbarium={herbarium}&accession_number={number}")
        ),
        format!(
            "API2::HerbariumRecordAlreadyExists There is already a record for {number} at {}.",
            made["herbarium"]["name"].as_str().unwrap()
        )
    );
    let foreign = ids(&mo.get("/api2/observations?user=9"))[0];
    assert_eq!(
        refused(
            &mo,
            stranger,
            "POST",
            "herbarium_records",
            &format!("observation={foreign}&herbarium={herbarium}")
        ),
        "API2::CantAddHerbariumRecord Only owner of observation and curators of fungarium can add fungarium records to an observation."
    );
}

#[test]
fn sequences_have_to_hold_together() {
    let mo = Client::of("mo");

    let made = send(&mo, ADA, "POST", "sequences", "observation=2&locus=ITS1&bases=ACGTRYN");
    assert_eq!((&made["observation_id"], &made["user"]["id"]), (&json!(2), &json!(ADA)));
    let failed = |parameters: &str| refused(&mo, ADA, "POST", "sequences", parameters);
    assert_eq!(
        failed("observation=2&locus=X&bases=ACGT!"),
        "API2::CreateFailed Failed to create DNA sequence \"X\": Bases has invalid codes"
    );
    assert_eq!(
        failed("observation=2&locus=X&archive=ena"),
        "API2::CreateFailed Failed to create DNA sequence \"X\": Either Bases or Archive and Accession must be filled in; \
         Archive and Accession must both be filled in, or neither"
    );
    assert_eq!(
        failed("observation=2&locus=X&bases=ACGTRYN"),
        "API2::CreateFailed Failed to create DNA sequence \"X\": Sequence is a duplicate of another one of this observation"
    );
    let changed = send(
        &mo,
        ADA,
        "PATCH",
        "sequences",
        &format!("id={}&set_archive=unite&set_accession=U1", made["id"]),
    );
    assert_eq!((&changed["archive"], &changed["accession"]), (&json!("UNITE"), &json!("U1")));
}

#[test]
fn lists_and_projects_gather_observations() {
    let mo = Client::of("mo");

    let list = send(&mo, ADA, "POST", "species_lists", "title=Finds of mine&date=2020-01-02");
    assert_eq!((&list["date"], &list["location"]["name"]), (&json!("2020-01-02"), &json!("Earth")));
    assert_eq!(
        refused(&mo, ADA, "POST", "species_lists", "title=Finds of mine"),
        "API2::SpeciesListAlreadyExists The observation list \"Finds of mine\" already exists."
    );
    send(&mo, ADA, "PATCH", "species_lists", "user=7&title_has=\"Finds of\"&add_observations=1,2");
    assert_eq!(ids(&mo.get("/api2/observations?species_list=Finds of mine")), [1, 2]);

    let project =
        send(&mo, ADA, "POST", "projects", "title=My foray&members=2&field_slip_prefix=mf");
    assert!(project.get("field_slip_prefix").is_none());
    assert_eq!(
        refused(&mo, ADA, "POST", "projects", "title=My foray"),
        "API2::ProjectTaken The project, \"[project]\", already exists."
    );
    assert_eq!(
        refused(&mo, ADMIN, "PATCH", "projects", "id=26&set_summary=x"),
        "API2::MustBeAdmin You are not an admin for My foray."
    );
    send(
        &mo,
        ADA,
        "PATCH",
        "projects",
        "id=26&add_observations=1&add_species_lists=51&add_admins=2",
    );
    assert_eq!(ids(&mo.get("/api2/observations?project=My foray")), [1]);
    assert_eq!(ids(&mo.get("/api2/species_lists?project=26")), [51]);
    let foreign = refused(&mo, ADA, "PATCH", "projects", "id=26&add_observations=2");
    assert!(
        foreign.starts_with("API2::MustBeOwner You must be the owner of the observation \""),
        "{foreign}"
    );
    send(&mo, 2, "PATCH", "projects", "id=26&remove_observations=1&set_title=Our foray");
    assert_eq!(ids(&mo.get("/api2/observations?project=Our foray")), [0; 0]);
}

#[test]
fn occurrences_join_and_fall_apart() {
    let mo = Client::of("mo");

    let made =
        send(&mo, ADA, "POST", "occurrences", "observation=900,901,902&primary_observation=901");
    let id = made["id"].clone();
    assert_eq!(
        (&made["primary_observation_id"], &made["observation_ids"]),
        (&json!(901), &json!([900, 901, 902]))
    );
    let smaller =
        send(&mo, ADMIN, "PATCH", "occurrences", &format!("id={id}&remove_observation=901"));
    assert_eq!(
        (&smaller["primary_observation_id"], &smaller["observation_ids"]),
        (&json!(900), &json!([900, 902]))
    );
    let body = format!("api_key={}&id={id}&remove_observation=900", key_of(&mo, ADA));
    form(&mo, "PATCH", "/api2/occurrences", &body);
    assert!(
        error(&mo.get(&format!("/api2/occurrences/{id}"))).starts_with("API2::ObjectNotFoundByID")
    );
    assert_eq!(ids(&mo.get("/api2/observations?id=900,901,902")), [900, 901, 902]);
}

#[test]
fn field_slips_are_written_in_capitals() {
    let mo = Client::of("mo");

    let made = send(&mo, ADA, "POST", "field_slips", "code=nemf-01234&observation=1");
    assert_eq!((&made["code"], &made["project"]["id"]), (&json!("NEMF-01234"), &json!(1)));
    assert_eq!(made["observation_ids"], json!([1]));
    let id = &made["id"];
    let moved =
        send(&mo, ADA, "PATCH", "field_slips", &format!("id={id}&set_observation=16&set_code=x-1"));
    assert_eq!((&moved["code"], &moved["observation_ids"]), (&json!("X-1"), &json!([16])));
    assert!(
        refused(&mo, 2, "DELETE", "field_slips", &format!("id={id}"))
            .starts_with("API2::MustHaveEditPermission")
    );
    send(&mo, ADA, "DELETE", "field_slips", &format!("id={id}"));
    assert!(results(&mo.get("/api2/observations/16?detail=high"))[0].get("field_slip").is_none());
}

#[test]
fn names_bring_their_parents_along() {
    let mo = Client::of("mo");

    let made = send(
        &mo,
        ADA,
        "POST",
        "names",
        "name=Novofungus mirabilis&author=Sporer&rank=SPECIES&deprecated=no",
    );

    assert_eq!((&made["rank"], &made["author"]), (&json!("species"), &json!("Sporer")));
    let genus = &results(&mo.get("/api2/names?name=Novofungus&detail=low"))[0];
    assert_eq!(genus["rank"], "genus");
    let id = &made["id"];
    let changed = send(
        &mo,
        ADA,
        "PATCH",
        "names",
        &format!(
            "id={id}&set_classification=Family: Agaricaceae&synonymize_with=Agaricus campestris"
        ),
    );
    assert_eq!(changed["parents"], json!([{"name": "Agaricaceae", "rank": "family"}]));
    assert!(!changed["synonyms"].as_array().unwrap().is_empty());
    let cleared = send(&mo, ADA, "PATCH", "names", &format!("id={id}&clear_synonyms=1"));
    assert!(cleared.get("synonyms").is_none());
    assert_eq!(
        refused(&mo, ADMIN, "PATCH", "names", &format!("id={id}&set_notes=x")),
        "API2::MustBeCreator You can only edit names that you have created."
    );
}

#[test]
fn a_correct_spelling_takes_over_what_was_named_wrongly() {
    let mo = Client::of("mo");
    let wrong = send(&mo, ADA, "POST", "names", "name=Agaricus campestriss&rank=species");
    let body = format!("api_key={}&location=Earth&name=Agaricus campestriss", key_of(&mo, ADA));
    let observation = ids(&form(&mo, "POST", "/api2/observations", &body))[0];

    let id = &wrong["id"];
    send(
        &mo,
        ADA,
        "PATCH",
        "names",
        &format!("id={id}&set_correct_spelling=Agaricus campestris&misspellings=either"),
    );

    let seen = &results(&mo.get(&format!("/api2/observations/{observation}?detail=low")))[0];
    assert_eq!(seen["consensus_name"], "Agaricus campestris");
    assert_eq!(
        ids(&mo.get(&format!("/api2/names?id={id}"))),
        [0; 0],
        "misspelt names are left out"
    );
    let misspelt =
        &results(&mo.get(&format!("/api2/names?id={id}&misspellings=only&detail=low")))[0];
    assert_eq!((&misspelt["misspelled"], &misspelt["deprecated"]), (&json!(true), &json!(true)));
}

#[test]
fn groups_of_synonyms_are_not_merged() {
    let mo = Client::of("mo");
    let made = send(&mo, ADA, "POST", "names", "name=Novus&rank=genus");
    let other = send(&mo, ADA, "POST", "names", "name=Alter&rank=genus");
    let (made, other) = (&made["id"], &other["id"]);
    send(&mo, ADA, "PATCH", "names", &format!("id={made}&synonymize_with={other}"));

    let refusal = refused(
        &mo,
        ADA,
        "PATCH",
        "names",
        &format!("id={made}&synonymize_with=Agaricus campestris"),
    );

    assert!(
        refusal.starts_with("API2::CanOnlySynonymizeUnsynonymizedNames Presently,"),
        "{refusal}"
    );
}

#[test]
fn a_location_changes_while_it_is_ones_own_alone() {
    let mo = Client::of("mo");
    let made = send(
        &mo,
        ADA,
        "POST",
        "locations",
        "name=Spore Hill, Kent Co., Delaware, USA&north=39.2&south=39.1&east=-75.4&west=-75.5&high=100ft&notes=damp",
    );
    assert_eq!(
        (&made["latitude_north"], &made["altitude_maximum"]),
        (&json!("39.2"), &json!(30.0))
    );
    let id = &made["id"];
    let body = format!("api_key={}&location={id}", key_of(&mo, ADA));
    let observation = ids(&form(&mo, "POST", "/api2/observations", &body))[0];

    send(
        &mo,
        ADA,
        "PATCH",
        "locations",
        &format!("id={id}&set_name=Spore Hill, Sussex Co., Delaware, USA"),
    );

    let seen = &results(&mo.get(&format!("/api2/observations/{observation}?detail=low")))[0];
    assert_eq!(seen["location_name"], "Spore Hill, Sussex Co., Delaware, USA");
    assert_eq!(
        refused(&mo, ADMIN, "PATCH", "locations", &format!("id={id}&set_notes=x")),
        "API2::MustBeCreator You can only edit locations that you have created."
    );
    let body = format!("api_key={}&location={id}", key_of(&mo, ADMIN));
    form(&mo, "POST", "/api2/observations", &body);
    assert_eq!(
        refused(&mo, ADA, "PATCH", "locations", &format!("id={id}&set_notes=x")),
        "API2::MustOwnAllObservations You can only edit locations if you own all its observations."
    );
}

#[test]
fn external_links_need_permission_and_are_made_once() {
    let mo = Client::of("mo");
    let url = "https://inaturalist.example.org/observations/5";

    let made = send(
        &mo,
        ADA,
        "POST",
        "external_links",
        &format!("observation=1&external_site=inaturalist&url={url}"),
    );
    assert_eq!((&made["url"], &made["external_id"]), (&json!(url), &Value::Null));
    assert_eq!(
        refused(
            &mo,
            ADA,
            "POST",
            "external_links",
            &format!("observation=1&external_site=2&url={url}")
        ),
        format!("API2::ExternalLinkAlreadyExists There is already an external link to \"{url}\".")
    );
    let stranger = (1..=13)
        .find(|user| {
            let sql = format!(
                "SELECT count(*) FROM mo_project_members WHERE user_id = {user} AND project_id = ?"
            );
            *user != 2 && *user != 13 && *user != 7 && read::<i64>(&mo, &sql, 7) == 0
        })
        .unwrap();
    let other =
        ids(&mo.get("/api2/observations?user=2")).into_iter().find(|id| *id > 180).unwrap_or(4);
    assert_eq!(
        refused(
            &mo,
            stranger,
            "POST",
            "external_links",
            &format!("observation={other}&external_site=2&url={url}")
        ),
        "API2::ExternalLinkPermissionDenied In order to create an external link, you must either have edit permissions for \
         the observation, or you must be a member of the external site's project."
    );
}

#[test]
fn the_look_of_an_image_is_noted_once() {
    let mo = Client::of("mo");
    let dhash = |value: &str| {
        form(
            &mo,
            "PATCH",
            "/api2/images",
            &format!("api_key={}&id=5&set_dhash={value}", key_of(&mo, ADMIN)),
        )
    };

    assert_eq!(ids(&dhash("18446744073709551615")), [5]);
    assert_eq!(ids(&dhash("18446744073709551615")), [5]);
    assert_eq!(
        error(&dhash("2")),
        "API2::ImageDhashMismatch Image 5 already has dhash 18446744073709551615; refusing to overwrite with 2."
    );
    assert_eq!(
        error(&dhash("2&set_notes=x")),
        "API2::OneOrTheOther Can only use one of the parameters set_dhash, set_notes."
    );
}
