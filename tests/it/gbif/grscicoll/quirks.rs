//! Where the live GRSciColl differs from its documentation, both ways.

use serde_json::{Value, json};

use super::{NOBODY, as_user, institution_in, key_of};
use crate::support::{Client, documented_and_live};

const PREFIX: &str = "/v1/grscicoll";

fn admin(gbif: &Client) -> Client {
    as_user(gbif, "grscicoll_admin")
}

fn make(gbif: &Client, kind: &str, body: &Value) -> String {
    key_of(&admin(gbif).post(&format!("{PREFIX}/{kind}"), body))
}

fn count(gbif: &Client, path: &str) -> i64 {
    let page = admin(gbif).get(&format!("{PREFIX}/{path}")).json();
    page["count"].as_i64().unwrap()
}

#[test]
fn machine_tags_deleted_by_their_number() {
    let [documented, live] = documented_and_live("gbif.machine_tag_auth", |gbif| {
        let key = make(gbif, "institution", &institution_in("DK"));
        let path = format!("{PREFIX}/institution/{key}/machineTag");
        let delete = |user: &str, namespace: &str| {
            let tag = json!({ "namespace": namespace, "name": "a", "value": "b" });
            let number = admin(gbif).post(&path, &tag).any_json();
            let client = if user.is_empty() { gbif.anonymous() } else { as_user(gbif, user) };
            client.delete(&format!("{path}/{number}")).whole()
        };
        [
            delete("", "iDigBio.org"),
            delete("grscicoll_editor", "iDigBio.org"),
            delete("grscicoll_editor", "a.example.org"),
            delete("grscicoll_admin", "a.example.org"),
        ]
    });

    assert_eq!(documented, ["204 \n"; 4]);
    let refused = "403 \nUser grscicoll_editor is not allowed to create or delete machine tag\r\n";
    let nobody = "403 \nUnauthenticated or incomplete request\r\n";
    assert_eq!(live, [nobody, "204 \n", refused, "204 \n"]);
}

#[test]
fn what_replaced_a_deleted_entity() {
    let [documented, live] = documented_and_live("gbif.replaced_by_ignored", |gbif| {
        let [old, new] = [0; 2].map(|_| make(gbif, "institution", &institution_in("DK")));
        let body = json!({ "replacementEntityKey": new });
        admin(gbif).post(&format!("{PREFIX}/institution/{old}/merge"), &body);
        let deleted = "institution/deleted?limit=0";
        [count(gbif, &format!("{deleted}&replacedBy={new}")), count(gbif, deleted)]
    });

    assert_eq!(documented[0], 1);
    assert!(documented[1] > 1);
    assert_eq!(live, [documented[1], documented[1]]);
}

#[test]
fn duplicates_by_institution() {
    let [documented, live] = documented_and_live("gbif.duplicates_ignore_institutions", |gbif| {
        let houses = [0; 2].map(|_| make(gbif, "institution", &institution_in("DK")));
        for house in &houses {
            let body = json!({ "code": "ZZE", "name": "Moths", "institutionKey": house });
            make(gbif, "collection", &body);
        }
        let path =
            format!("{PREFIX}/collection/possibleDuplicates?sameCode=true&sameInstitution=true");
        let found = gbif.get(&path).json();
        let groups = found["duplicates"].as_array().unwrap();
        groups.iter().filter(|group| group[0]["code"] == "ZZE").count()
    });

    assert_eq!((documented, live), (0, 1));
}

#[test]
fn contacts_by_their_key() {
    let [documented, live] = documented_and_live("gbif.contact_keys_refused", |gbif| {
        ["5", NOBODY].map(|contact| {
            gbif.get(&format!("{PREFIX}/institution?limit=0&contact={contact}")).whole()
        })
    });

    assert!(documented.iter().all(|answer| answer.starts_with("200 application/json\n")));
    assert_eq!(live[0], "400 text/plain;charset=UTF-8\nInvalid value 5 for parameter contact");
    assert_eq!(live[1], documented[1]);
}

#[test]
fn the_last_day_of_the_audit_log() {
    let [documented, live] = documented_and_live("gbif.date_to_is_midnight", |gbif| {
        gbif.control().put("/clock", &json!({ "mode": "frozen", "now": "2030-05-02T12:00:00Z" }));
        let key = make(gbif, "institution", &institution_in("DK"));
        ["2030-05-02", "2030-05-03"].map(|day| {
            count(gbif, &format!("auditLog?limit=0&collectionEntityKey={key}&dateTo={day}"))
        })
    });

    assert_eq!((documented, live), ([1, 1], [0, 1]));
}

#[test]
fn collections_of_an_institution_that_is_merged() {
    let [documented, live] = documented_and_live("gbif.merge_moves_twenty", |gbif| {
        let [old, new] = [0; 2].map(|_| make(gbif, "institution", &institution_in("DK")));
        for number in 0..23 {
            let name = format!("Drawer {number}");
            make(gbif, "collection", &json!({ "code": "D", "name": name, "institutionKey": old }));
        }
        let body = json!({ "replacementEntityKey": new });
        admin(gbif).post(&format!("{PREFIX}/institution/{old}/merge"), &body);
        [old, new].map(|key| count(gbif, &format!("collection?limit=0&institution={key}")))
    });

    assert_eq!((documented, live), ([0, 23], [3, 20]));
}

#[test]
fn an_address_without_its_key() {
    let [documented, live] = documented_and_live("gbif.keyless_address_detached", |gbif| {
        let key = make(gbif, "institution", &institution_in("DK"));
        let path = format!("{PREFIX}/institution/{key}");
        let mut body = gbif.get(&path).json();
        let number = body["address"]["key"].clone();
        body["address"]["city"] = "Ribe".into();
        assert_eq!(admin(gbif).put(&path, &body).status(), 204);
        let with_key = gbif.get(&path).json()["address"].clone();
        body["address"].as_object_mut().unwrap().remove("key");
        assert_eq!(admin(gbif).put(&path, &body).status(), 204);
        let without_key = gbif.get(&path).json().get("address").cloned();
        assert_eq!((&with_key["key"], &with_key["city"]), (&number, &json!("Ribe")));
        without_key.map(|address| address["city"].clone())
    });

    assert_eq!((documented, live), (Some(json!("Ribe")), None));
}

#[test]
fn older_names_of_concepts() {
    let [documented, live] = documented_and_live("gbif.older_concepts_unknown", |gbif| {
        let mut body = institution_in("DK");
        body["disciplines"] = json!(["Prehistoric"]);
        make(gbif, "institution", &body);
        body["disciplines"] = json!(["ARCHAEOLOGY_PREHISTORIC"]);
        let made = admin(gbif).post(&format!("{PREFIX}/institution"), &body);
        let found = ["Prehistoric", "ARCHAEOLOGY_PREHISTORIC"]
            .map(|name| count(gbif, &format!("institution?limit=0&discipline={name}")) > 0);
        let text = if made.status() == 201 { "" } else { made.text() };
        (made.status(), text.to_owned(), found)
    });

    assert_eq!(documented, (201, String::new(), [true, true]));
    let refusal = "ARCHAEOLOGY_PREHISTORIC is not a concept of the Discipline vocabulary";
    assert_eq!(live, (400, refusal.to_owned(), [true, false]));
}

#[test]
fn references_to_what_is_not_there() {
    let [documented, live] = documented_and_live("gbif.broken_references_fail", |gbif| {
        let collection = json!({ "code": "C", "name": "C", "institutionKey": NOBODY });
        let answers = [
            admin(gbif).post(&format!("{PREFIX}/collection"), &collection),
            admin(gbif)
                .post(&format!("{PREFIX}/institution/{NOBODY}/tag"), &json!({ "value": "a" })),
            admin(gbif)
                .put(&format!("{PREFIX}/institution/changeSuggestion/999999/discard"), &json!({})),
            gbif.get(&format!("{PREFIX}/institution/{NOBODY}/tag")),
            gbif.get(&format!("{PREFIX}/institution/changeSuggestion/999999")),
        ];
        answers.map(|answer| answer.status())
    });

    assert_eq!(documented, [400, 404, 404, 404, 404]);
    assert_eq!(live, [500, 500, 500, 404, 404]);
}
