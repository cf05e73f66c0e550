//! Who may write what, and in which words others are refused.

use serde_json::json;

use super::{
    DATASET, FOREIGN_ORGANIZATION, NETWORK, NOBODY, ORGANIZATION, admin, anybody, as_user,
    dataset_of, editor, key_of, organization,
};

#[test]
fn a_wrong_password_is_refused_on_public_pages_too() {
    let answer = anybody().with_basic("registry_admin", "wrong").get("/v1/node?limit=1");

    assert_eq!(answer.whole(), "401 \nFailed to authenticate user registry_admin\r\n");
    assert_eq!(answer.header("www-authenticate"), None);
}

#[test]
fn credentials_need_a_colon() {
    let answer = anybody().with_header("authorization", "Basic YWJj").get("/v1/node?limit=1");

    assert_eq!(answer.whole(), "400 \nInvalid syntax for username and password\r\n");
}

#[test]
fn an_anonymous_write_is_forbidden_before_its_body_is_read() {
    let answer = anybody().post("/v1/organization", &json!("nonsense"));

    assert_eq!(answer.whole(), "403 \nUnauthenticated or incomplete request\r\n");
}

#[test]
fn a_plain_user_may_write_nothing() {
    let gbif = as_user(&anybody(), "plain_user");

    let answer = gbif.delete(&format!("/v1/dataset/{DATASET}"));

    assert_eq!(answer.whole(), "403 \nUser has no editor rights\r\n");
}

#[test]
fn an_editor_writes_below_what_is_in_scope() {
    let gbif = editor();

    let key = key_of(&gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)));
    let commented = gbif.post(&format!("/v1/dataset/{key}/comment"), &json!({ "content": "Hi" }));
    let deleted = gbif.delete(&format!("/v1/dataset/{key}"));

    assert_eq!(commented.status(), 201);
    assert_eq!(deleted.status(), 204);
}

#[test]
fn an_editor_out_of_scope_is_told_so_before_404_and_422() {
    let gbif = editor();
    let forbidden = |text: &str| format!("403 \nUser registry_editor is not allowed to {text}\r\n");

    assert_eq!(
        gbif.delete(&format!("/v1/organization/{FOREIGN_ORGANIZATION}")).whole(),
        forbidden(&format!("modify organization {FOREIGN_ORGANIZATION}"))
    );
    assert_eq!(
        gbif.delete(&format!("/v1/dataset/{NOBODY}")).whole(),
        forbidden(&format!("modify dataset {NOBODY}"))
    );
    assert_eq!(
        gbif.post("/v1/dataset", &dataset_of(FOREIGN_ORGANIZATION)).whole(),
        forbidden("create or modify dataset ")
    );
    assert_eq!(gbif.post("/v1/network", &json!({})).whole(), forbidden("create network"));
    assert_eq!(gbif.post("/v1/node", &json!({})).whole(), forbidden("create node"));
    assert_eq!(
        gbif.post("/v1/installation", &json!({ "organizationKey": FOREIGN_ORGANIZATION })).whole(),
        forbidden("create or modify installation ")
    );
    assert_eq!(
        gbif.delete(&format!("/v1/organization/{FOREIGN_ORGANIZATION}/contact/1")).whole(),
        forbidden(&format!("modify organization {FOREIGN_ORGANIZATION}"))
    );
    assert_eq!(
        gbif.post(&format!("/v1/dataset/{DATASET}/crawl"), &json!({})).whole(),
        forbidden(&format!("modify dataset {DATASET}"))
    );
    assert_eq!(
        gbif.post("/v1/organization", &organization()).whole(),
        forbidden("create or modify organization ")
    );
    assert_eq!(
        gbif.post(&format!("/v1/network/{NETWORK}/constituents/{DATASET}"), &json!({})).whole(),
        forbidden(&format!("modify network {NETWORK}"))
    );
}

/// An editor whose only right is on one entity.
fn editor_of(key: &str) -> crate::support::Client {
    let gbif = anybody();
    let admin = as_user(&gbif, "registry_admin");
    let text = [("content-type", "text/plain")];
    let path = "/v1/admin/user/registry_editor/editorRight";
    assert_eq!(admin.delete(&format!("{path}/{ORGANIZATION}")).status(), 204);
    assert_eq!(admin.send(http::Method::POST, path, &text, key.to_owned()).status(), 201);
    as_user(&gbif, "registry_editor")
}

/// Which of these an editor of one entity may do: add a comment to a node, a network, an organization, an
/// installation and a dataset that belong together; register an organization, an installation and a dataset there.
fn may(key: &str) -> String {
    let gbif = editor_of(key);
    let dataset = gbif.get(&format!("/v1/dataset/{DATASET}")).json();
    let installation = dataset["installationKey"].as_str().unwrap().to_owned();
    let publisher = dataset["publishingOrganizationKey"].as_str().unwrap().to_owned();
    let publishing = gbif.get(&format!("/v1/organization/{publisher}")).json();
    let node = publishing["endorsingNodeKey"].as_str().unwrap().to_owned();
    let comment = |kind: &str, key: &str| {
        gbif.post(&format!("/v1/{kind}/{key}/comment"), &json!({ "content": "x" })).status()
    };
    let mut organization = organization();
    organization["endorsingNodeKey"] = node.as_str().into();
    let own = json!({ "title": "IPT", "type": "IPT_INSTALLATION", "organizationKey": publisher });
    let mut new_dataset = dataset_of(&publisher);
    new_dataset["installationKey"] = installation.as_str().into();
    [
        comment("node", &node),
        comment("network", NETWORK),
        comment("organization", &publisher),
        comment("installation", &installation),
        comment("dataset", DATASET),
        gbif.post("/v1/organization", &organization).status(),
        gbif.post("/v1/installation", &own).status(),
        gbif.post("/v1/dataset", &new_dataset).status(),
    ]
    .map(|status| if status == 201 { '+' } else { '-' })
    .iter()
    .collect()
}

#[test]
fn rights_reach_down_the_chain_of_owners() {
    let gbif = anybody();
    let dataset = gbif.get(&format!("/v1/dataset/{DATASET}")).json();
    let installation = dataset["installationKey"].as_str().unwrap();
    let publisher = dataset["publishingOrganizationKey"].as_str().unwrap();
    let publishing = gbif.get(&format!("/v1/organization/{publisher}")).json();
    let node = publishing["endorsingNodeKey"].as_str().unwrap();
    let owner = gbif.get(&format!("/v1/installation/{installation}")).json();
    let is_own = owner["organizationKey"] == publisher;

    let with_installation =
        |own: &str, foreign: &str| if is_own { own } else { foreign }.to_owned();
    assert_eq!(may(node), with_installation("+-++++++", "+-+-++++"));
    assert_eq!(may(publisher), with_installation("--+++-++", "--+-+-++"));
    assert_eq!(may(installation), "---++---");
    assert_eq!(may(DATASET), "----+---");
    assert_eq!(may(NETWORK), "-+------");
}

#[test]
fn an_editor_out_of_scope_deletes_no_metadata() {
    let gbif = anybody();
    let id: i64 = gbif
        .session()
        .data
        .transact(wardian::store::Transaction::Read, |db| {
            let sql = "SELECT gbif_metadata.key FROM gbif_metadata
                       JOIN gbif_entity ON gbif_entity.key = dataset AND organization = ?";
            db.query_row(sql, [FOREIGN_ORGANIZATION], |row| row.get(0))
        })
        .unwrap();
    let path = format!("/v1/dataset/metadata/{id}");

    let refused = as_user(&gbif, "registry_editor").delete(&path);

    assert_eq!(
        refused.whole(),
        format!("403 \nUser registry_editor is not allowed to delete metadata {id}\r\n")
    );
    assert_eq!(gbif.delete(&path).whole(), "403 \nUnauthenticated or incomplete request\r\n");
    assert_eq!(gbif.get(&path).status(), 200);
    assert_eq!(as_user(&gbif, "registry_admin").delete(&path).status(), 204);
    assert_eq!(
        gbif.get(&path).whole(),
        format!("404 text/plain\nEntity not found for uri: /dataset/metadata/{id}")
    );
}

#[test]
fn bodies_are_read_after_permissions_and_checked_after_that() {
    let gbif = editor();
    let mut dataset = dataset_of(ORGANIZATION);
    dataset["type"] = "FOO".into();
    let unreadable = gbif.post("/v1/dataset", &dataset);
    dataset["type"] = "OCCURRENCE".into();
    dataset["title"] = "X".into();
    let invalid = gbif.post("/v1/dataset", &dataset);

    assert_eq!((unreadable.status(), unreadable.content_type()), (400, "text/plain"));
    assert_eq!(
        invalid.whole(),
        "422 text/plain\n<ul><li>Validation of [title] failed: size must be between 2 and 2147483647</li></ul>"
    );
}

#[test]
fn methods_that_check_roles_themselves_have_words_of_their_own() {
    for gbif in [anybody(), as_user(&anybody(), "plain_user"), editor()] {
        for path in [
            format!("/v1/dataset/{DATASET}/machineTag/crawler.gbif.org"),
            format!("/v1/dataset/{DATASET}/machineTag/crawler.gbif.org/crawl_attempt"),
        ] {
            assert_eq!(gbif.delete(&path).whole(), "403 text/plain\nAccess Denied");
        }
    }
    assert_eq!(
        editor()
            .post("/v1/installation/b77901f9-d9b0-47fa-94e0-dd96450aa2b4/synchronize", &json!({}))
            .whole(),
        "403 text/plain\nAccess Denied"
    );
}

#[test]
fn machine_tags_need_their_namespace() {
    let gbif = editor();
    let path = format!("/v1/organization/{ORGANIZATION}/machineTag");
    let tag = |namespace: &str| json!({ "namespace": namespace, "name": "colour", "value": "red" });

    assert_eq!(gbif.post(&path, &tag("editor.example.org")).status(), 201);
    assert_eq!(
        gbif.post(&path, &tag("other.example.org")).whole(),
        format!(
            "403 \nUser registry_editor is not allowed to modify organization {ORGANIZATION}\r\n"
        )
    );
    assert_eq!(
        gbif.delete(&format!("{path}/editor.example.org")).whole(),
        "403 text/plain\nAccess Denied"
    );
    assert_eq!(admin().delete(&format!("{path}/editor.example.org")).status(), 204);
}

#[test]
fn terms_may_be_tagged_by_whoever_may_edit_the_dataset() {
    let gbif = editor();
    let key = key_of(&gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)));
    let tag = json!({ "namespace": "default-term.gbif.org", "name": "country", "value": "US" });

    assert_eq!(gbif.post(&format!("/v1/dataset/{key}/machineTag"), &tag).status(), 201);
}

#[test]
fn permissions_can_be_asked_for_alone() {
    let gbif = editor();
    let before = gbif.get(&format!("/v1/organization/{ORGANIZATION}")).json();

    let mine = gbif.delete(&format!("/v1/organization/{ORGANIZATION}?checkPermissionsOnly=true"));
    let theirs =
        gbif.delete(&format!("/v1/organization/{FOREIGN_ORGANIZATION}?checkPermissionsOnly=true"));
    let anywhere = gbif.send(
        http::Method::POST,
        "/v1/dataset?checkPermissionsOnly=true",
        &[("content-type", "application/json")],
        "",
    );

    assert_eq!((mine.status(), mine.text()), (200, ""));
    assert_eq!(theirs.status(), 403);
    assert_eq!(anywhere.status(), 200);
    assert_eq!(gbif.get(&format!("/v1/organization/{ORGANIZATION}")).json(), before);
}

#[test]
fn collection_editors_have_no_say_in_the_registry() {
    for user in ["grscicoll_admin", "grscicoll_editor", "grscicoll_mediator"] {
        let gbif = as_user(&anybody(), user);
        assert_eq!(gbif.delete(&format!("/v1/dataset/{DATASET}")).status(), 403, "{user}");
    }
}

#[test]
fn an_organization_is_endorsed_and_revoked() {
    let gbif = admin();
    let key = key_of(&gbif.post("/v1/organization", &organization()));
    let path = format!("/v1/organization/{key}");
    let pending = || super::keys(&gbif.get("/v1/organization/pending?limit=1000").json());
    assert!(pending().contains(&key));

    assert_eq!(gbif.put(&format!("{path}/endorsement"), &json!({})).status(), 204);
    let endorsed = gbif.get(&path).json();
    assert_eq!(gbif.delete(&format!("{path}/endorsement")).status(), 204);
    let revoked = gbif.get(&path).json();

    assert_eq!(endorsed["endorsementStatus"], "ENDORSED");
    assert_eq!(endorsed["endorsementApproved"], true);
    assert!(endorsed["endorsed"].is_string());
    assert_eq!(revoked["endorsementApproved"], false);
    assert_eq!(revoked.get("endorsed"), None);
    let status = gbif.post(&format!("{path}/endorsement/status/on_hold"), &json!({}));
    assert_eq!(status.status(), 204);
    assert_eq!(gbif.get(&path).json()["endorsementStatus"], "ON_HOLD");
}

#[test]
fn who_may_endorse_can_be_asked() {
    let gbif = admin();
    let path = format!("/v1/organization/{ORGANIZATION}/endorsement/user");

    assert_eq!(gbif.get(&format!("{path}/registry_admin")).status(), 204);
    assert_eq!(gbif.get(&format!("{path}/registry_editor")).status(), 204);
    assert_eq!(gbif.get(&format!("{path}/plain_user")).whole(), "403 \n");
    assert_eq!(anybody().get(&format!("{path}/registry_admin")).status(), 204);
}
