//! Who may write what, and in which words others are refused.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{
    DATASET, MNHN, NOBODY, admin, anybody, as_user, collection_of, editor, first, institution_in,
    key, key_of, mediator, new_institution, number_of, turned_away,
};
use crate::support::Client;

/// A client in somebody else's session.
fn as_editor(client: &Client) -> Client {
    as_user(client, "grscicoll_editor")
}

#[test]
fn the_anonymous_may_write_nothing() {
    let nobody = anybody();
    let anonymous = turned_away("Unauthenticated or incomplete request");

    assert_eq!(nobody.post("/v1/grscicoll/institution", &json!({})).whole(), anonymous);
    assert_eq!(nobody.delete(&format!("/v1/grscicoll/collection/{NOBODY}")).whole(), anonymous);
    assert_eq!(nobody.put("/v1/grscicoll/institution/foo", &json!({})).whole(), anonymous);
}

#[test]
fn the_gate_stands_in_front_of_paths_that_do_not_exist() {
    let nobody = anybody();
    let anonymous = turned_away("Unauthenticated or incomplete request");

    assert_eq!(nobody.post("/v1/grscicoll/nothing", &json!({})).whole(), anonymous);
    assert_eq!(nobody.delete("/v1/grscicoll/institution").whole(), anonymous);
    assert_eq!(nobody.get("/v1/grscicoll/nothing").status(), 404);
}

#[test]
fn head_needs_a_right_too() {
    let head = |client: &Client| {
        client.send(Method::HEAD, "/v1/grscicoll/institution", &[], Bytes::new()).status()
    };

    assert_eq!(head(&anybody()), 403);
    assert_eq!(head(&editor()), 200);
}

#[test]
fn other_roles_give_no_right() {
    for name in ["plain_user", "registry_admin", "registry_editor"] {
        let user = as_user(&anybody(), name);

        let answer = user.post("/v1/grscicoll/institution", &institution_in("DK"));

        assert_eq!(answer.whole(), turned_away("User has no GrSciColl editor rights"), "{name}");
    }
}

#[test]
fn a_wrong_password_is_refused_on_public_and_unknown_pages() {
    let client = anybody().with_basic("grscicoll_admin", "wrong");
    let failed = "401 \nFailed to authenticate user grscicoll_admin\r\n";

    assert_eq!(client.get("/v1/grscicoll/institution").whole(), failed);
    assert_eq!(client.get("/v1/grscicoll/nothing").whole(), failed);
}

#[test]
fn institutions_are_made_in_countries_in_scope() {
    let editor = editor();

    let ours = editor.post("/v1/grscicoll/institution", &institution_in("DK"));
    let theirs = editor.post("/v1/grscicoll/institution", &institution_in("US"));
    let placeless = editor.post("/v1/grscicoll/institution", &json!({ "code": "X", "name": "X" }));

    key_of(&ours);
    assert_eq!(
        theirs.whole(),
        turned_away(
            "User grscicoll_editor is not allowed to create entity institution. Reason: \
             Not allowed to create institutions for the country: UNITED_STATES"
        )
    );
    assert_eq!(
        placeless.whole(),
        turned_away(
            "User grscicoll_editor is not allowed to create entity institution. Reason: \
             Not allowed to create institutions for the country: \
             empty (Please provide a country with one of the addresses.)"
        )
    );
}

#[test]
fn the_mailing_address_tells_the_country_where_the_address_does_not() {
    let body = json!({ "code": "X", "name": "X", "mailingAddress": { "country": "DK" } });

    key_of(&editor().post("/v1/grscicoll/institution", &body));
}

#[test]
fn collections_are_made_below_institutions_in_scope() {
    let editor = editor();

    let ours = editor.post("/v1/grscicoll/collection", &collection_of(MNHN));
    let theirs = editor.post("/v1/grscicoll/collection", &collection_of(NOBODY));
    let free = editor.post("/v1/grscicoll/collection", &json!({ "code": "X", "name": "X" }));

    key_of(&ours);
    let empty = "empty (Please provide a country with one of the addresses.)";
    let refusal = |institution: &str| {
        turned_away(&format!(
            "User grscicoll_editor is not allowed to create entity collection. Reason: \
             Not allowed to create collections under the institution: {institution} \
             or in the country: {empty}"
        ))
    };
    assert_eq!(theirs.whole(), refusal(NOBODY));
    assert_eq!(free.whole(), refusal("empty"));
}

#[test]
fn an_entity_is_in_scope_by_key_country_or_institution() {
    let editor = editor();
    let collection = key(&first(&editor, &format!("collection?institutionKey={MNHN}")));
    let danish = key(&first(&editor, "institution?country=DK"));
    let foreign = key(&first(&editor, "institution?country=US"));
    let comment = |kind: &str, key: &str| {
        editor.post(&format!("/v1/grscicoll/{kind}/{key}/comment"), &json!({ "content": "Hi" }))
    };

    number_of(&comment("institution", MNHN));
    number_of(&comment("institution", &danish));
    number_of(&comment("collection", &collection));
    for (kind, key) in [("institution", foreign.as_str()), ("collection", NOBODY)] {
        let refusal =
            format!("User grscicoll_editor is not allowed to modify entity {key} of type {kind}");
        assert_eq!(comment(kind, key).whole(), turned_away(&refusal));
    }
}

#[test]
fn only_mediators_delete() {
    let client = anybody();
    let mediator = as_user(&client, "grscicoll_mediator");
    let key = key_of(&mediator.post("/v1/grscicoll/institution", &institution_in("ES")));
    let danish = new_institution(&as_editor(&client));

    let by_editor = as_editor(&client).delete(&format!("/v1/grscicoll/institution/{danish}"));
    let by_mediator = mediator.delete(&format!("/v1/grscicoll/institution/{key}"));

    let refusal = format!(
        "User grscicoll_editor is not allowed to modify entity {danish} of type institution"
    );
    assert_eq!(by_editor.whole(), turned_away(&refusal));
    assert_eq!(by_mediator.status(), 204);
}

#[test]
fn a_collection_moves_only_to_an_institution_in_scope() {
    let editor = editor();
    let key = key_of(&editor.post("/v1/grscicoll/collection", &collection_of(MNHN)));
    let foreign = super::key(&first(&editor, "institution?country=US"));
    let mut moved = collection_of(&foreign);
    moved["key"] = key.as_str().into();

    let answer = editor.put(&format!("/v1/grscicoll/collection/{key}"), &moved);

    let refusal =
        format!("User grscicoll_editor is not allowed to modify entity {key} of type collection");
    assert_eq!(answer.whole(), turned_away(&refusal));
}

#[test]
fn machine_tags_need_their_namespace_and_the_entity() {
    let editor = editor();
    let tag = |namespace: &str| json!({ "namespace": namespace, "name": "a", "value": "b" });
    let path = format!("/v1/grscicoll/institution/{MNHN}/machineTag");
    let foreign = key(&first(&editor, "institution?country=US"));
    let refusal =
        turned_away("User grscicoll_editor is not allowed to create or delete machine tag");

    number_of(&editor.post(&path, &tag("iDigBio.org")));
    assert_eq!(editor.post(&path, &tag("other.org")).whole(), refusal);
    assert_eq!(editor.delete(&format!("{path}/iDigBio.org")).whole(), refusal);
    let elsewhere = format!("/v1/grscicoll/institution/{foreign}/machineTag");
    assert_eq!(
        editor.post(&elsewhere, &tag("iDigBio.org")).whole(),
        turned_away(&format!(
            "User grscicoll_editor is not allowed to modify entity {foreign} of type institution"
        ))
    );
}

#[test]
fn anybody_may_delete_a_machine_tag_by_its_number() {
    let client = anybody();
    let path = format!("/v1/grscicoll/institution/{MNHN}/machineTag");
    let before = client.get(&path).json();
    let tag = json!({ "namespace": "a", "name": "b", "value": "c" });
    let number = number_of(&as_user(&client, "grscicoll_admin").post(&path, &tag));

    let answer = client.delete(&format!("{path}/{number}"));

    assert_eq!(answer.whole(), "204 \n");
    assert_eq!(client.get(&path).json(), before);
}

#[test]
fn permissions_can_be_asked_for_alone() {
    let editor = editor();
    let ask = |client: &Client, method: Method, path: &str, body: &Value| {
        let target = format!("/v1/grscicoll/{path}?checkPermissionsOnly=TRUE");
        client.send_json(method, &target, body).whole()
    };
    let before = super::count(&editor, "institution?limit=0");

    assert_eq!(ask(&editor, Method::POST, "institution", &json!({})), "200 \n");
    assert_eq!(ask(&editor, Method::POST, "institution", &institution_in("DK")), "200 \n");
    assert_eq!(ask(&editor, Method::POST, "collection", &json!({})), "200 \n");
    let tags = format!("institution/{MNHN}/machineTag");
    assert_eq!(ask(&editor, Method::POST, &tags, &json!({})), "200 \n");
    assert_eq!(ask(&mediator(), Method::POST, "institution", &json!({})), "200 \n");
    assert!(ask(&editor, Method::POST, "institution", &institution_in("US")).starts_with("403"));
    assert!(ask(&anybody(), Method::POST, "institution", &json!({})).starts_with("403"));
    let one = format!("institution/{MNHN}");
    assert!(ask(&editor, Method::DELETE, &one, &json!({})).starts_with("403"));
    assert_eq!(ask(&admin(), Method::DELETE, &one, &json!({})), "200 \n");
    assert_eq!(super::count(&editor, "institution?limit=0"), before);
}

#[test]
fn a_mapping_in_scope_is_made() {
    let path = format!("/v1/grscicoll/institution/{MNHN}/occurrenceMapping");

    number_of(&editor().post(&path, &json!({ "code": "P", "datasetKey": DATASET })));
}
