//! Where the live service differs from its documentation, both ways.

use serde_json::{Value, json};

use super::{error, form, ids, key_of, refused, results, send};
use crate::support::{Answer, Client, documented_and_live};

const ADA: i64 = 7;

#[test]
fn ranges_of_ids() {
    let [documented, live] = documented_and_live("mo.no_id_ranges", |mo| {
        ["observations?id=1-3", "users?id=1,2-3", "users?id=1,2"]
            .map(|query| mo.get(&format!("/api2/{query}")))
    });

    assert_eq!(documented.each_ref().map(ids), [vec![1, 2, 3], vec![1, 2, 3], vec![1, 2]]);
    let bad = |text: &str| {
        format!("API2::BadParameterValue [:api_bad_id_parameter_value(val=\"{text}\",type=:id)]")
    };
    assert_eq!(live[..2].iter().map(error).collect::<Vec<_>>(), [bad("1-3"), bad("2-3")]);
    assert_eq!(ids(&live[2]), [1, 2]);
}

#[test]
fn locations() {
    let [documented, live] = documented_and_live("mo.no_locations_parameter", |mo| {
        mo.get("/api2/observations?locations=Delaware")
    });

    assert!(!ids(&documented).is_empty());
    assert_eq!(error(&live), "API2::UnusedParameters Unexpected parameters: locations");
}

#[test]
fn keys_for_other_users() {
    let post = |mo: &Client, parameters: &str| {
        let body = format!("api_key={}&{parameters}", key_of(mo, ADA));
        form(mo, "POST", "/api2/api_keys", &body)
    };
    let [documented, live] = documented_and_live("mo.api_keys_for_user_only", |mo| {
        [post(mo, "user=3"), post(mo, "user=3&app=Notebook"), post(mo, "for_user=3&app=Notebook")]
    });

    for answer in &documented {
        assert_eq!(results(answer).len(), 1);
    }
    let unexpected = "API2::UnusedParameters Unexpected parameters: user";
    assert_eq!(live[..2].iter().map(error).collect::<Vec<_>>(), [unexpected; 2]);
    assert_eq!(results(&live[2]).len(), 1);
}

#[test]
fn deletion_of_users() {
    let delete = |mo: &Client, id: i64| refused(mo, ADA, "DELETE", "users", &format!("id={id}"));
    let [documented, live] = documented_and_live("mo.delete_users", |mo| delete(mo, 8));

    assert_eq!(
        documented,
        "API2::NoMethodForAction Invalid request method \"DELETE\" for \"user\"."
    );
    assert_eq!(
        live,
        "API2::CanOnlyDeleteYourOwnAccount Only the account owner can delete their account."
    );
}

#[test]
fn a_client_that_accepts_anything() {
    let types = |accept: &str| {
        documented_and_live("mo.accept_anything_as_xml", |mo| {
            let mo = mo.with_header("accept", accept);
            ["/api2/users?id=1", "/api2/users?id=1&format=json", "/api2/users.json?id=1"]
                .map(|path| mo.get(path).content_type().to_owned())
        })
    };
    let (json, xml) = ("application/json; charset=utf-8", "application/xml; charset=utf-8");

    assert_eq!(types("*/*"), [[json; 3], [xml, json, json]]);
    assert_eq!(types("text/html,*/*;q=0.8"), [[json; 3], [json; 3]]);
}

#[test]
fn projects_with_a_field_slip_prefix() {
    let show = |answer: Answer| results(&answer)[0]["title"].clone();
    let [documented, live] = documented_and_live("mo.prefix_as_project_title", |mo| {
        let made = send(mo, ADA, "POST", "projects", "title=My foray&field_slip_prefix=MF");
        let plain = send(mo, ADA, "POST", "projects", "title=No slips");
        let id = &made["id"];
        let xml = mo.get(&format!("/api2/projects.xml?id={id}&detail=low")).text().to_owned();
        assert!(
            xml.contains("<title type=\"string\" content_type=\"text/plain\">My foray</title>")
        );
        let titles = [id, &plain["id"]];
        titles.map(|id| show(mo.get(&format!("/api2/projects?id={id}&detail=low"))))
    });

    assert_eq!(documented, ["My foray", "No slips"]);
    assert_eq!(live, ["MF", "No slips"]);
}

#[test]
fn what_a_change_of_a_user_leaves_out() {
    let [documented, live] = documented_and_live("mo.user_patch_resets", |mo| {
        send(mo, ADA, "PATCH", "users", "id=7&set_mailing_address=Spore Lane&set_notes=Hello");
        let changed = send(mo, ADA, "PATCH", "users", "id=7&set_notes=Bye");
        json!([changed["notes"], changed["mailing_address"]])
    });

    assert_eq!(documented, json!(["Bye", "Spore Lane"]));
    assert_eq!(live, json!(["Bye", Value::Null]));
}
