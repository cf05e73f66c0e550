//! What institutions and collections hold lists of.

use serde_json::{Value, json};

use super::{DATASET, MNHN, NOBODY, admin, first, get, key, new_institution, number_of, refused};
use crate::support::Client;

fn post(client: &Client, key: &str, part: &str, body: &Value) -> String {
    client.post(&format!("/v1/grscicoll/institution/{key}/{part}"), body).whole()
}

fn add(client: &Client, key: &str, part: &str, body: &Value) -> i64 {
    number_of(&client.post(&format!("/v1/grscicoll/institution/{key}/{part}"), body))
}

#[test]
fn a_contact_is_made_changed_listed_and_deleted() {
    let client = admin();
    let key = new_institution(&client);
    let contact = json!({
        "firstName": "Ada",
        "lastName": "Finch",
        "email": ["ada@example.org"],
        "userIds": [{ "type": "ORCID", "id": "https://orcid.org/0000-0002-1825-0097" }],
    });
    let number = add(&client, &key, "contactPerson", &contact);
    let path = format!("/v1/grscicoll/institution/{key}/contactPerson");

    let listed = client.get(&path).json();
    let changed = client.put(
        &format!("{path}/{number}"),
        &json!({ "key": number, "firstName": "Ada", "lastName": "Rook", "primary": true }),
    );

    assert_eq!(listed[0]["fax"], json!([]));
    assert_eq!(listed[0]["primary"], false);
    assert_eq!(listed[0]["createdBy"], "grscicoll_admin");
    assert_eq!(changed.whole(), "204 \n");
    let shown = get(&client, &format!("institution/{key}"));
    assert_eq!(shown["contactPersons"][0]["lastName"], "Rook");
    assert_eq!(shown["contactPersons"][0]["userIds"], json!([]));
    assert_eq!(client.delete(&format!("{path}/{number}")).whole(), "204 \n");
    assert_eq!(client.get(&path).json(), json!([]));
}

#[test]
fn parts_leave_the_entity_as_old_as_it_was() {
    let client = admin();
    let key = new_institution(&client);
    let before = get(&client, &format!("institution/{key}"));

    add(&client, &key, "tag", &json!({ "value": "x" }));

    let after = get(&client, &format!("institution/{key}"));
    assert_eq!(after["modified"], before["modified"]);
    assert_eq!(after["tags"].as_array().unwrap().len(), 1);
}

#[test]
fn ids_of_people_have_a_form() {
    let client = admin();
    let key = new_institution(&client);
    let with = |kind: &str, id: &str| {
        let ids = json!([{ "type": kind, "id": id }]);
        post(&client, &key, "contactPerson", &json!({ "lastName": "Finch", "userIds": ids }))
    };
    let bad = |kind: &str, id: &str| {
        refused(400, &format!("Invalid user ID with type {kind} and ID {id}"))
    };

    for (kind, id) in [
        ("ORCID", "0000-0002-1825-009X"),
        ("WIKIDATA", "https://www.wikidata.org/entity/Q42"),
        ("ISNI", "0000 0001 2103 2683"),
        ("VIAF", "https://viaf.org/viaf/75121530"),
        ("IH_IRN", "128400"),
        ("RESEARCHER_ID", "A-1234-2010"),
        ("HUH", "https://kiki.huh.harvard.edu/databases/botanist_search.php?id=1"),
        ("OTHER", "whatever"),
    ] {
        assert!(with(kind, id).starts_with("201"), "{kind} {id}: {}", with(kind, id));
    }
    for (kind, id) in [
        ("ORCID", "0000-0002"),
        ("WIKIDATA", "https://example.org/Q42"),
        ("ISNI", "12"),
        ("VIAF", "x"),
        ("IH_IRN", "x"),
        ("RESEARCHER_ID", "1234"),
        ("HUH", "https://example.org/1"),
    ] {
        assert_eq!(with(kind, id), bad(kind, id));
    }
    let untyped = json!({ "lastName": "Finch", "userIds": [{ "id": "1" }] });
    assert_eq!(
        post(&client, &key, "contactPerson", &untyped),
        refused(422, "<ul><li>Validation of [type] failed: must not be null</li></ul>")
    );
}

#[test]
fn empty_names_of_contacts_are_refused_in_words_of_their_own() {
    let client = admin();
    let key = new_institution(&client);
    let contact = json!({ "firstName": "", "lastName": " ", "city": "", "postalCode": "" });

    let answer = post(&client, &key, "contactPerson", &contact);

    assert_eq!(
        answer,
        refused(
            422,
            "<ul><li>Validation of [city] failed: City cannot be empty</li>\
             <li>Validation of [firstName] failed: First name cannot be empty</li>\
             <li>Validation of [lastName] failed: Last name cannot be empty</li>\
             <li>Validation of [postalCode] failed: Postal code cannot be empty</li></ul>"
        )
    );
}

#[test]
fn empty_texts_of_parts_are_too_short() {
    let client = admin();
    let key = new_institution(&client);
    let refusal = |members: &[(&str, &str)]| {
        let items = members.iter().map(|(member, most)| {
            let text = format!("size must be between 1 and {most}");
            format!("<li>Validation of [{member}] failed: {text}</li>")
        });
        refused(422, &format!("<ul>{}</ul>", items.collect::<String>()))
    };
    let longest = "2147483647";

    for blank in ["", "  "] {
        let tag = json!({ "value": blank });
        assert_eq!(post(&client, &key, "tag", &tag), refusal(&[("value", longest)]));
        let comment = json!({ "content": blank });
        assert_eq!(post(&client, &key, "comment", &comment), refusal(&[("content", longest)]));
        let identifier = json!({ "type": "URL", "identifier": blank });
        assert_eq!(
            post(&client, &key, "identifier", &identifier),
            refusal(&[("identifier", longest)])
        );
        let machine_tag = json!({ "namespace": blank, "name": blank, "value": blank });
        assert_eq!(
            post(&client, &key, "machineTag", &machine_tag),
            refusal(&[("name", "255"), ("namespace", "255"), ("value", "700")])
        );
    }
    assert_eq!(
        post(&client, &key, "tag", &json!({})),
        refused(422, "<ul><li>Validation of [value] failed: must not be null</li></ul>")
    );
}

#[test]
fn contacts_are_changed_under_their_own_key_only() {
    let client = admin();
    let key = new_institution(&client);
    let number = add(&client, &key, "contactPerson", &json!({ "lastName": "Finch" }));
    let path = format!("/v1/grscicoll/institution/{key}/contactPerson");
    let mismatch = refused(400, "The contact key in the path has to match the key in the body");

    let other = client.put(&format!("{path}/{number}"), &json!({ "key": 1, "lastName": "Rook" }));
    let none = client.put(&format!("{path}/{number}"), &json!({ "lastName": "Rook" }));
    let again = client.post(&path, &json!({ "key": number, "lastName": "Rook" }));

    assert_eq!(other.whole(), mismatch);
    assert_eq!(none.whole(), mismatch);
    assert_eq!(again.whole(), refused(400, "Cannot create a contact that already has a key"));
}

#[test]
fn contacts_come_oldest_first_and_other_parts_newest_first() {
    let client = admin();
    let key = new_institution(&client);
    let contacts: Vec<i64> = (0..3)
        .map(|_| add(&client, &key, "contactPerson", &json!({ "lastName": "Finch" })))
        .collect();
    let comments: Vec<i64> =
        (0..3).map(|_| add(&client, &key, "comment", &json!({ "content": "Hi" }))).collect();
    let numbers = |part: &str| -> Vec<i64> {
        let listed = get(&client, &format!("institution/{key}/{part}"));
        listed.as_array().unwrap().iter().map(|one| one["key"].as_i64().unwrap()).collect()
    };

    assert_eq!(numbers("contactPerson"), contacts);
    assert_eq!(numbers("comment"), comments.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn one_identifier_is_primary_at_most() {
    let client = admin();
    let key = new_institution(&client);
    let identifier = |text: &str| json!({ "type": "URL", "identifier": text, "primary": true });
    let first = add(&client, &key, "identifier", &identifier("https://a.example.org"));
    let second = add(&client, &key, "identifier", &identifier("https://b.example.org"));
    let primary = || -> Vec<i64> {
        let listed = get(&client, &format!("institution/{key}/identifier"));
        let listed = listed.as_array().unwrap().clone();
        listed
            .iter()
            .filter(|one| one["primary"] == true)
            .map(|one| one["key"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(primary(), [second]);

    let path = format!("/v1/grscicoll/institution/{key}/identifier/{first}");
    let answer = client.put(&path, &json!({ "isPrimary": true }));

    assert_eq!(answer.whole(), format!("200 application/json\n{first}"));
    assert_eq!(primary(), [first]);
    client.put(&path, &json!({ "isPrimary": false }));
    assert_eq!(primary(), [] as [i64; 0]);
}

#[test]
fn making_an_identifier_primary_has_its_refusals() {
    let client = admin();
    let key = new_institution(&client);
    let own = add(&client, &key, "identifier", &json!({ "type": "URL", "identifier": "a" }));
    let put = |id: i64, body: &Value| {
        client.put(&format!("/v1/grscicoll/institution/{MNHN}/identifier/{id}"), body).whole()
    };

    assert_eq!(put(own, &json!({})), refused(400, "The 'isPrimary' parameter must not be null."));
    assert_eq!(
        put(own, &json!({ "isPrimary": true })),
        refused(400, "The provided identifier is not connected to the given entity")
    );
}

#[test]
fn identifiers_have_the_form_of_their_type() {
    let client = admin();
    let key = new_institution(&client);
    let with = |kind: &str, identifier: &str| {
        post(&client, &key, "identifier", &json!({ "type": kind, "identifier": identifier }))
    };

    for (kind, identifier) in [
        ("CITES", "DK 001"),
        ("WIKIDATA", "https://www.wikidata.org/entity/Q42"),
        ("ROR", "https://ror.org/01a2b3c45"),
        ("ISIL", "DK-700400"),
        ("CLB_DATASET_KEY", "1010"),
        ("RNC_COLOMBIA", "http://rnc.humboldt.org.co/admin/index.php/1"),
        ("UNKNOWN", "anything"),
    ] {
        assert!(with(kind, identifier).starts_with("201"), "{kind}: {}", with(kind, identifier));
    }
    for (kind, identifier, text) in [
        ("CITES", "Q1 001", "Invalid CITES identifier"),
        ("CITES", "DK", "Invalid CITES identifier"),
        ("WIKIDATA", "Q42", "Invalid Wikidata identifier"),
        ("ROR", "https://ror.org/1a2b3c45", "Invalid ROR Identifier"),
        ("ISIL", "12345", "Invalid ISIL Identifier"),
        ("CLB_DATASET_KEY", "0", "Invalid CLB_DATASET_KEY"),
        ("RNC_COLOMBIA", "https://example.org", "Invalid RNC_COLOMBIA identifier"),
    ] {
        assert_eq!(with(kind, identifier), refused(400, text));
    }
}

#[test]
fn machine_tags_go_one_by_one_by_namespace_and_by_name() {
    let client = admin();
    let key = new_institution(&client);
    let path = format!("/v1/grscicoll/institution/{key}/machineTag");
    let tag = |namespace: &str, name: &str| {
        add(
            &client,
            &key,
            "machineTag",
            &json!({ "namespace": namespace, "name": name, "value": "v" }),
        )
    };
    let namespaces = || -> Vec<String> {
        let listed = client.get(&path).json();
        let namespace = |one: &Value| one["namespace"].as_str().unwrap().to_owned();
        listed.as_array().unwrap().iter().map(namespace).collect()
    };
    let number = tag("c.org", "x");
    for name in ["x", "y", "z"] {
        tag("b.org", name);
    }
    tag("a.org", "x");
    assert_eq!(namespaces(), ["a.org", "b.org", "b.org", "b.org", "c.org"]);

    assert_eq!(client.delete(&format!("{path}/{number}")).whole(), "204 \n");
    assert_eq!(namespaces(), ["a.org", "b.org", "b.org", "b.org"]);
    assert_eq!(client.delete(&format!("{path}/b.org/x")).whole(), "204 \n");
    assert_eq!(namespaces(), ["a.org", "b.org", "b.org"]);
    assert_eq!(client.delete(&format!("{path}/b.org")).whole(), "204 \n");
    assert_eq!(namespaces(), ["a.org"]);
}

#[test]
fn what_nobody_has_cannot_be_deleted() {
    let client = admin();
    let delete = |part: &str| {
        client.delete(&format!("/v1/grscicoll/institution/{MNHN}/{part}/999999")).whole()
    };

    for (part, thing) in [
        ("contactPerson", "Contact"),
        ("identifier", "Identifier"),
        ("tag", "Tag"),
        ("machineTag", "Machine Tag"),
        ("comment", "Comment"),
        ("occurrenceMapping", "Occurrence Mapping"),
    ] {
        assert_eq!(delete(part), refused(400, &format!("{thing} to delete doesn't exist")));
    }
}

#[test]
fn what_somebody_else_has_is_left_there_without_a_word() {
    let client = admin();
    let (one, other) = (new_institution(&client), new_institution(&client));
    let number = add(&client, &one, "comment", &json!({ "content": "Hi" }));

    let answer = client.delete(&format!("/v1/grscicoll/institution/{other}/comment/{number}"));

    assert_eq!(answer.whole(), "204 \n");
    assert_eq!(get(&client, &format!("institution/{one}/comment")).as_array().unwrap().len(), 1);
}

#[test]
fn occurrence_mappings_are_of_datasets_that_exist() {
    let client = admin();
    let key = new_institution(&client);
    let mapping = json!({ "code": "A", "parentCode": "B", "datasetKey": DATASET });

    let number = add(&client, &key, "occurrenceMapping", &mapping);

    let listed = get(&client, &format!("institution/{key}/occurrenceMapping"));
    assert_eq!(listed[0]["key"], number);
    assert_eq!(listed[0]["parentCode"], "B");
    assert_eq!(
        post(&client, &key, "occurrenceMapping", &json!({ "datasetKey": NOBODY })),
        refused(400, &format!("Dataset not found with key {NOBODY}"))
    );
    assert_eq!(
        post(&client, &key, "occurrenceMapping", &json!({ "code": "" })),
        refused(
            422,
            "<ul><li>Validation of [code] failed: size must be between 1 and 2147483647</li>\
             <li>Validation of [datasetKey] failed: must not be null</li></ul>"
        )
    );
}

#[test]
fn contacts_of_what_is_kept_elsewhere_are_kept_there() {
    let client = admin();
    let key = key(&first(&client, "institution?masterSourceType=IH"));
    let path = format!("/v1/grscicoll/institution/{key}/contactPerson");
    let contact = json!({ "key": 1, "lastName": "Finch" });

    assert_eq!(
        client.post(&path, &json!({ "lastName": "Finch" })).whole(),
        refused(400, "Cannot add contacts to an entity whose master source is not GRSciColl")
    );
    assert_eq!(
        client.put(&format!("{path}/1"), &contact).whole(),
        refused(400, "Cannot update contacts from an entity whose master source is not GRSciColl")
    );
    assert_eq!(
        client.delete(&format!("{path}/1")).whole(),
        refused(400, "Cannot remove contacts from an entity whose master source is not GRSciColl")
    );
}

#[test]
fn parts_of_nobody_are_refused_for_administrators_too() {
    let client = admin();

    let answer = post(&client, NOBODY, "tag", &json!({ "value": "x" }));

    assert_eq!(answer, format!("404 \nEntity institution not found with key {NOBODY}\r\n"));
}
