//! The session's clock, and what follows it.

use http::Method;
use jiff::{Timestamp, ToSpan};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::Client;
use crate::support::visitor::Visitor;

fn now(clock: &Value) -> Timestamp {
    clock["now"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_clock_shows_the_real_time_until_it_is_set() {
    let visitor = Visitor::new();

    let clock = visitor.get("/__admin/clock").json();

    assert_eq!(clock["mode"], "real");
    assert!((Timestamp::now() - 1.minute()..=Timestamp::now()).contains(&now(&clock)));
}

#[test]
fn a_time_goes_on_running_and_a_frozen_one_stands() {
    let control = Client::of("mo").control();

    let set = control.put("/clock", &json!({ "now": "2030-05-01T12:00:00Z" })).json();
    assert_eq!(set["mode"], "offset");
    assert!(now(&set) < "2030-05-01T12:01:00Z".parse().unwrap());
    assert!(now(&control.get("/clock").json()) > "2030-05-01T12:00:00Z".parse().unwrap());

    let frozen = json!({ "mode": "frozen", "now": "2030-05-01T12:00:00Z" });
    let expected = json!({ "mode": "frozen", "now": "2030-05-01T12:00:00Z" });
    assert_eq!(control.put("/clock", &frozen).json(), expected);
    assert_eq!(control.get("/clock").json(), expected);

    let later = control.put("/clock", &json!({ "advance": "1h" })).json();
    assert_eq!(later, json!({ "mode": "frozen", "now": "2030-05-01T13:00:00Z" }));
    assert_eq!(control.put("/clock", &json!({ "mode": "offset" })).json()["mode"], "offset");
    assert!(now(&control.get("/clock").json()) > "2030-05-01T13:00:00Z".parse().unwrap());
    assert_eq!(control.put("/clock", &json!({ "mode": "real" })).json()["mode"], "real");
}

#[test]
fn a_real_clock_that_is_put_forward_runs_ahead() {
    let control = Client::of("mo").control();

    let ahead = control.put("/clock", &json!({ "advance": "PT1H30M" })).json();

    assert_eq!(ahead["mode"], "offset");
    let expected = Timestamp::now() + 90.minutes();
    assert!((expected - 1.minute()..=expected).contains(&now(&ahead)));
    let stopped = control.put("/clock", &json!({ "mode": "frozen" })).json();
    assert_eq!(stopped["mode"], "frozen");
    assert_eq!(control.get("/clock").json(), stopped);
}

#[rstest]
#[case::nothing(json!({}), "", "one of now, advance and mode is needed")]
#[case::both(json!({"now": "2030-01-01T00:00:00Z", "advance": "1h"}), "/advance", "cannot be given together with now")]
#[case::real_with_time(json!({"mode": "real", "advance": "1h"}), "/mode", "real goes with neither now nor advance")]
#[case::mode(json!({"mode": "slow"}), "/mode", "\"slow\" is not one of real, offset, frozen")]
#[case::time(json!({"now": "noon"}), "/now", "\"noon\" is not a time such as 2026-01-31T12:00:00Z")]
#[case::far(json!({"now": "9500-01-01T00:00:00Z"}), "/now", "outside the years 1 to 8999")]
#[case::too_far(json!({"advance": "7000000d"}), "/advance", "outside the years 1 to 8999")]
#[case::unknown(json!({"now": "2030-01-01T00:00:00Z", "tick": 1}), "/tick", "is no member here")]
fn wrong_times_are_refused_and_the_clock_goes_on(
    #[case] body: Value,
    #[case] path: &str,
    #[case] message: &str,
) {
    let control = Client::of("mo").control();

    let refused = control.put("/clock", &body);

    assert_eq!(refused.status(), 400);
    assert_eq!(refused.any_json()["errors"], json!([{ "path": path, "message": message }]));
    assert_eq!(control.get("/clock").json()["mode"], "real");
}

#[test]
fn what_apis_write_down_follows_the_clock() {
    let gbif = Client::of("gbif");
    let frozen = json!({ "mode": "frozen", "now": "2031-02-03T04:05:06Z" });
    gbif.control().put("/clock", &frozen);
    let admin = crate::gbif::as_user(&gbif, "registry_admin");

    let key = crate::gbif::key_of(&admin.post("/v1/organization", &crate::gbif::organization()));

    let made = gbif.get(&format!("/v1/organization/{key}")).json();
    assert_eq!(made["created"], "2031-02-03T04:05:06.000+00:00");
}

#[test]
fn tokens_expire_by_the_clock() {
    let gbif = Client::of("gbif");
    let user = crate::gbif::as_user(&gbif, "registry_admin");
    let token =
        user.post("/v1/user/login", &json!({})).json()["token"].as_str().unwrap().to_owned();
    let with_token = gbif.with_header("authorization", &format!("Bearer {token}"));
    let create = || with_token.post("/v1/organization", &crate::gbif::organization()).status();
    assert_eq!(create(), 201);

    gbif.control().put("/clock", &json!({ "advance": "2h" }));

    assert_eq!(create(), 403);
}

#[test]
fn every_api_answers_at_the_ends_of_time() {
    for time in ["0001-01-01T00:00:00Z", "8999-12-31T23:59:59Z"] {
        for (api, path) in [
            ("gbif", "/v1/dataset?limit=1"),
            ("gbif", "/v1/oai-pmh/registry?verb=Identify"),
            ("mo", "/api2/observations?detail=high&limit=2"),
            ("tbia", "/api/v1/occurrence?limit=1"),
        ] {
            let client = Client::of(api);
            client.control().put("/clock", &json!({ "mode": "frozen", "now": time }));

            assert_eq!(client.get(path).status(), 200, "{api} at {time}");
        }
    }
}

#[test]
fn a_fork_takes_the_clock_along_and_a_reset_puts_it_back() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "one" }));
    let frozen = r#"{ "mode": "frozen", "now": "2030-05-01T12:00:00Z" }"#;
    let json = [("content-type", "application/json")];
    visitor.send(Method::PUT, "/__admin/clock?session=one", &json, frozen);
    visitor.post("/__admin/sessions", &json!({ "name": "two", "from": "one" }));

    let clock = |session: &str| visitor.get(&format!("/__admin/clock?session={session}")).json();
    assert_eq!(clock("two")["now"], "2030-05-01T12:00:00Z");
    assert_eq!(clock("default")["mode"], "real");
    visitor.send(Method::POST, "/__admin/reset?session=two&what=clock", &[], "");
    assert_eq!(clock("two")["mode"], "real");
    assert_eq!(clock("one")["mode"], "frozen");
}
