//! Keys and accounts: made by oneself, by apps, verified, closed.

use serde_json::json;

use super::{error, form, key_of, read, refused, results, send};
use crate::support::Client;

const ADA: i64 = 7;
const ADMIN: i64 = 1;

#[test]
fn an_app_gets_a_key_for_a_user_who_knows_the_password() {
    let mo = Client::of("mo");
    let app = key_of(&mo, ADMIN);
    let path = format!(
        "/api2/api_keys?api_key={app}&for_user=mycophile7&password=secret-mycophile7&app=Field+app&detail=high"
    );
    let post = || mo.send(http::Method::POST, &path, &[("content-type", "application/json")], "");

    let answer = post();
    let made = results(&answer)[0].clone();

    assert_eq!(answer.json()["user"], ADMIN);
    let key = made["key"].as_str().unwrap();
    assert!(
        key.len() == 32 && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
        "{key}"
    );
    assert!(made["verified"].is_string() && made["last_used"].is_null());
    assert_eq!(results(&post())[0]["id"], made["id"], "a second request gets the same key");
    let body = format!("api_key={key}&location=Earth");
    assert_eq!(form(&mo, "POST", "/api2/observations", &body).json()["user"], ADA);
}

#[test]
fn a_key_without_a_password_waits_for_its_user() {
    let mo = Client::of("mo");
    let made = send(&mo, ADMIN, "POST", "api_keys", "user=mycophile7");

    assert!(made["verified"].is_null());
    let key = made["key"].as_str().unwrap();
    let refusal = error(&mo.get(&format!("/api2/users?api_key={key}")));
    assert!(refusal.starts_with("API2::APIKeyNotVerified"), "{refusal}");
    let link: String = read(
        &mo,
        "SELECT link FROM wardian_mail WHERE recipient LIKE 'mycophile7@%' AND id >= ?",
        1,
    );
    assert_eq!(mo.get(&link).status(), 200);
    assert_eq!(mo.get(&format!("/api2/users?id=7&api_key={key}")).json()["user"], ADA);
    assert_eq!(mo.get("/account/api_keys/999/activate").status(), 404);
}

#[test]
fn an_app_makes_an_account_with_a_key_to_come() {
    let mo = Client::of("mo");

    let made = send(
        &mo,
        ADMIN,
        "POST",
        "users",
        "login=newcomer&email=new@mo.example.org&password=sesame&create_key=mushroom-observer-mobile",
    );

    assert_eq!(made["login_name"], "newcomer");
    assert!(made["verified"].is_null());
    let key = &made["api_keys"][0];
    assert!(
        key["key"].as_str().is_some_and(|key| key.len() == 32) && key.get("verified").is_none()
    );
    let shown = &results(&mo.get(&format!("/api2/users/{}?detail=high", made["id"])))[0];
    assert!(shown.get("api_keys").is_none() && shown.get("email").is_none());
}

#[test]
fn a_new_account_waits_for_the_link_of_its_mail_to_be_opened() {
    let mo = Client::of("mo");
    let login = "login=newcomer&email=new@mo.example.org&password=sesame";
    let id = send(&mo, ADMIN, "POST", "users", login)["id"].clone();
    let body = format!("for_user={id}&password=sesame&app=Notebook");
    let key = send(&mo, ADMIN, "POST", "api_keys", &body)["key"].as_str().unwrap().to_owned();
    let with_key = || mo.get(&format!("/api2/users/{id}?api_key={key}"));
    let refusal = "API2::UserNotVerified The user \"newcomer\" is not verified yet; you can request another \
                   verification email on the website.";

    assert_eq!(error(&with_key()), refusal);
    assert_eq!(mo.get(&format!("/account/verify/new/{id}?auth_code=guessed")).status(), 200);
    assert_eq!(error(&with_key()), refusal, "a guess verifies nobody");

    let link: String =
        read(&mo, "SELECT link FROM wardian_mail WHERE recipient LIKE 'new@%' AND id >= ?", 1);
    assert_eq!(mo.get(&link).status(), 200);
    assert_eq!(with_key().json()["user"], id);
}

#[test]
fn an_account_is_closed_only_where_the_live_service_is_followed() {
    let mo = Client::of("mo");
    let live = mo.control().put("/quirks", &json!({ "live": ["mo.delete_users"] }));
    assert_eq!(live.status(), 200, "{}", live.text());
    let key = key_of(&mo, ADA);

    assert_eq!(
        error(&mo.delete(&format!("/api2/users?id=8&api_key={key}"))),
        "API2::CanOnlyDeleteYourOwnAccount Only the account owner can delete their account."
    );
    let closed = mo.delete(&format!("/api2/users?id=7&api_key={key}&detail=low"));
    assert_eq!(results(&closed)[0]["login_name"], "mycophile7");
    assert!(error(&mo.get(&format!("/api2/users?api_key={key}"))).starts_with("API2::BadAPIKey"));
    let observations = results(&mo.get("/api2/observations?user=7"));
    assert!(!observations.is_empty(), "what they saw stays");
    assert!(error(&mo.get("/api2/users?id=7&api_key=x")).starts_with("API2::BadAPIKey"));
}

#[test]
fn logins_are_unique_whatever_their_case() {
    let mo = Client::of("mo");
    let account = |login: &str| format!("login={login}&email=new@mo.example.org&password=secret");
    send(&mo, ADMIN, "POST", "users", &account("newbie"));

    for login in ["newbie", "NEWBIE", "Newbie", "MycoPhile7", "néwbie"] {
        assert_eq!(
            refused(&mo, ADMIN, "POST", "users", &account(login)),
            format!("API2::UserAlreadyExists The user \"{login}\" already exists or is taken.")
        );
    }
    send(&mo, ADMIN, "POST", "users", &account("newbie2"));
}

#[test]
fn users_change_themselves_and_see_their_own_keys() {
    let mo = Client::of("mo");

    let changed =
        send(&mo, ADA, "PATCH", "users", "id=7&set_location=Earth&set_mailing_address=Spore Lane");

    assert_eq!(
        (&changed["location"]["name"], &changed["mailing_address"]),
        (&json!("Earth"), &json!("Spore Lane"))
    );
    assert!(!changed["api_keys"].as_array().unwrap().is_empty());
    assert!(
        refused(&mo, ADA, "PATCH", "users", "id=1&set_notes=x")
            .starts_with("API2::MustHaveEditPermission")
    );
    let foreign = refused(&mo, ADA, "PATCH", "users", "id=7&set_image=10");
    assert!(
        foreign.starts_with("API2::MustBeOwner You must be the owner of the image \"#10\""),
        "{foreign}"
    );
}
