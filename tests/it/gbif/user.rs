//! Logging in, tokens, and the management of users.

use serde_json::json;

use super::{DATASET, ORGANIZATION, admin, anybody, as_user, editor};

#[test]
fn a_login_tells_who_one_is_and_gives_a_token() {
    let gbif = editor();

    let got = gbif.get("/v1/user/login");
    let posted = gbif.post("/v1/user/login", &json!({}));

    assert_eq!((got.status(), posted.status()), (200, 201));
    assert_eq!(got.header("cache-control"), Some("no-cache, private"));
    let user = got.json();
    let members: Vec<&String> = user.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "userName",
            "firstName",
            "lastName",
            "email",
            "settings",
            "key",
            "token",
            "roles",
            "editorRoleScopes"
        ]
    );
    assert_eq!(user["roles"], json!(["USER", "REGISTRY_EDITOR"]));
    assert_eq!(user["editorRoleScopes"], json!([ORGANIZATION]));
}

#[test]
fn an_email_address_is_a_user_name_too() {
    let gbif = admin();
    let email = gbif.get("/v1/user/login").json()["email"].as_str().unwrap().to_owned();
    let anybody = anybody();
    let password = anybody
        .session()
        .data
        .transact(wardian::store::Transaction::Read, |db| {
            let sql = "SELECT password FROM gbif_user WHERE email = ?";
            db.query_row(sql, [&email], |row| row.get::<_, String>(0))
        })
        .unwrap();

    assert_eq!(anybody.with_basic(&email, &password).get("/v1/user/login").status(), 200);
}

#[test]
fn whoever_is_nobody_cannot_log_in() {
    let gbif = anybody();

    let answer = gbif.get("/v1/user/login");

    assert_eq!(answer.whole(), "401 text/plain\nUnauthenticated or incomplete request");
    assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"GBIF\""));
    let preferring = gbif.with_header("gbif-prefer-403-over-401", "true").get("/v1/user/login");
    assert_eq!(preferring.status(), 403);
}

#[test]
fn a_token_lets_in_and_renews_itself() {
    let gbif = anybody();
    let token = as_user(&gbif, "registry_admin").get("/v1/user/login").json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let with_token = gbif.with_header("authorization", &format!("BEARER {token}"));

    let who = with_token.post("/v1/user/whoami", &json!({}));
    let deleted = with_token.delete(&format!("/v1/dataset/{DATASET}"));

    assert_eq!(who.status(), 201);
    assert_eq!(who.json().get("token"), None);
    assert_eq!(deleted.status(), 204);
    assert!(deleted.header("token").unwrap().starts_with("eyJhbGciOiJIUzI1NiJ9."));
    assert_eq!(deleted.header("access-control-expose-headers"), Some("token"));
    let own = with_token.get("/v1/user/auth/jwt").json();
    assert_eq!(own["token"], token.as_str());
    let basic = as_user(&gbif, "registry_admin").get("/v1/node?limit=1");
    assert_eq!(basic.header("token"), None);
}

#[test]
fn a_bad_token_reads_under_protest_and_writes_nothing() {
    let gbif = anybody().with_header("authorization", "Bearer nonsense");

    let read = gbif.get("/v1/node?limit=1");
    let written = gbif.delete(&format!("/v1/dataset/{DATASET}"));

    assert_eq!(read.status(), 401);
    assert_eq!(read.any_json()["limit"], 1);
    assert_eq!(read.header("www-authenticate"), Some("Basic realm=\"GBIF\""));
    assert_eq!(written.status(), 403);
}

#[test]
fn a_key_as_user_name_is_nobody() {
    let gbif = anybody().with_basic(ORGANIZATION, "whatever");

    assert_eq!(gbif.get("/v1/node?limit=1").status(), 200);
    assert_eq!(gbif.delete(&format!("/v1/dataset/{DATASET}")).status(), 403);
}

#[test]
fn a_changed_password_counts_from_then_on() {
    let gbif = anybody();
    let user = as_user(&gbif, "plain_user");

    let answer = user.put("/v1/user/changePassword", &json!({ "password": "new one" }));

    assert_eq!(answer.status(), 204);
    assert_eq!(user.get("/v1/user/login").status(), 401);
    assert_eq!(gbif.with_basic("plain_user", "new one").get("/v1/user/login").status(), 200);
}

#[test]
fn an_administrator_finds_users_and_gives_them_rights() {
    let gbif = admin();
    let path = "/v1/admin/user/plain_user/namespaceRight";
    let text = [("content-type", "text/plain")];

    let added = gbif.send(http::Method::POST, path, &text, "new.example.org");

    assert_eq!(added.status(), 201);
    assert_eq!(gbif.get(path).json(), json!(["new.example.org"]));
    assert_eq!(gbif.delete(&format!("{path}/new.example.org")).status(), 204);
    assert_eq!(gbif.get(path).json(), json!([]));
    let found = gbif.get("/v1/admin/user/search?q=tern").json();
    assert_eq!(found["results"][0]["userName"], "plain_user");
    assert_eq!(found["results"][0].get("password"), None);
    assert_eq!(anybody().get("/v1/admin/user/search").status(), 403);
    assert_eq!(editor().get("/v1/admin/user/plain_user").whole(), "403 text/plain\nAccess Denied");
    assert_eq!(anybody().get("/v1/admin/user/roles").json()[0], "USER");
}

#[test]
fn everybody_whom_the_contract_needs_is_there() {
    let gbif = anybody();
    let roles =
        |name: &str| as_user(&gbif, name).get("/v1/user/auth/basic").json()["roles"].clone();

    assert_eq!(roles("registry_admin"), json!(["USER", "REGISTRY_ADMIN"]));
    assert_eq!(roles("grscicoll_mediator"), json!(["USER", "GRSCICOLL_MEDIATOR"]));
    assert_eq!(roles("plain_user"), json!(["USER"]));
}
