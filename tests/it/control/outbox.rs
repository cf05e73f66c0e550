//! The mails that the services would have sent.

use http::Method;
use jiff::Timestamp;
use serde_json::json;

use crate::mo::{key_of, send};
use crate::support::Client;

const ADMIN: i64 = 1;

#[test]
fn a_mail_is_listed_and_its_link_followed() {
    let mo = Client::of("mo");
    let control = mo.control();
    assert_eq!(control.get("/outbox").json(), json!({ "mails": [] }));
    let login = "login=newcomer&email=new@mo.example.org&password=sesame";
    let id = send(&mo, ADMIN, "POST", "users", login)["id"].clone();

    let mail = control.get("/outbox").json()["mails"][0].clone();

    assert_eq!((&mail["api"], &mail["to"]), (&json!("mo"), &json!("new@mo.example.org")));
    assert!(mail["time"].as_str().unwrap().parse::<Timestamp>().is_ok());
    assert!(mail["text"].as_str().unwrap().contains("newcomer"));
    let session = mo.session().name.to_string();
    let link = mail["link"].as_str().unwrap();
    let start = format!("http://127.0.0.1:8080/session/{session}/mo/account/verify/");
    assert!(link.starts_with(&start), "{link}");
    assert!(results_verified(&mo, &id).is_null());

    let followed = control.send(Method::POST, &format!("/outbox/{}/follow", mail["id"]), &[], "");

    assert_eq!((followed.status(), followed.body.len()), (204, 0));
    assert!(results_verified(&mo, &id).is_string());
    // A person's click is no request of the client under test.
    let journal = control.get("/requests?path=/account/**").json();
    assert_eq!(journal["requests"], json!([]));
}

fn results_verified(mo: &Client, id: &serde_json::Value) -> serde_json::Value {
    let key = key_of(mo, ADMIN);
    let answer = mo.get(&format!("/api2/users/{id}?detail=high&api_key={key}")).json();
    answer["results"][0]["verified"].clone()
}

#[test]
fn a_mail_without_a_link_asks_for_nothing() {
    let mo = Client::of("mo");
    mo.session()
        .data
        .transact(wardian::store::Transaction::Write, |db| {
            wardian::kit::outbox::Mail {
                api: "mo",
                to: "ada@example.org",
                subject: "News",
                text: "Nothing to do.",
                link: None,
            }
            .send(Timestamp::now(), db)
        })
        .unwrap();

    let refused = mo.control().send(Method::POST, "/outbox/1/follow", &[], "");
    insta::assert_snapshot!(refused.whole(), @r#"
    409 application/problem+json
    {"type":"about:blank","title":"No link","status":409,"detail":"The mail asks nobody to open a link."}
    "#);
    assert_eq!(mo.control().send(Method::POST, "/outbox/2/follow", &[], "").status(), 404);
    assert_eq!(mo.control().send(Method::POST, "/outbox/x/follow", &[], "").status(), 404);
}
