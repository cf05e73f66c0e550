//! What scenarios ask for, in the registry's words.

use http::Request;
use insta::assert_snapshot;
use wardian::kit::credential::AuthFault;

use crate::support::Client;
use crate::support::refusal::Asked;

const DATASETS: &str = "/gbif/v1/dataset?limit=3";

fn write(path: &str, authorization: Option<&str>) -> Asked {
    let mut request = Request::post(path);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    Asked::new("gbif", request, "{}")
}

fn read_as(authorization: &str) -> Asked {
    Asked::new("gbif", Request::get(DATASETS).header("authorization", authorization), "")
}

const ADA: &str = "Basic YWRhOnNlc2FtZQ==";
/// The claim `userName` is `ada`; nobody signed it.
const TOKEN: &str = "Bearer eyJhbGciOiJIUzI1NiJ9.\
                     eyJ1c2VyTmFtZSI6ImFkYSIsImlzcyI6IkdCSUYtUkVHSVNUUlkiLCJpYXQiOjEsImV4cCI6Mn0.c2ln";

#[test]
fn the_framework_speaks_of_its_own_failures_in_json() {
    let asked = Asked::get("gbif", DATASETS);

    assert_snapshot!(asked.with_status(503).whole(), @r#"
    503 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":503,"error":"Service Unavailable","path":"/dataset"}
    "#);
    assert_snapshot!(asked.saying(500, "tea on the disk \u{1} \"\n").whole(), @r#"
    500 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":500,"error":"Internal Server Error","message":"tea on the disk \u0001 \"\n","path":"/dataset"}
    "#);
    assert_snapshot!(asked.with_status(429).whole(), @r#"
    429 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":429,"error":"Too Many Requests","path":"/dataset"}
    "#);
    assert_snapshot!(asked.with_status(599).whole(), @r#"
    599 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":599,"error":"Http Status 599","path":"/dataset"}
    "#);
    for (status, reason) in
        [(405, "Method Not Allowed"), (406, "Not Acceptable"), (415, "Unsupported Media Type")]
    {
        let answer = asked.with_status(status);
        assert_eq!((answer.status(), answer.content_type()), (status, "application/json"));
        assert_eq!(answer.any_json()["error"], reason);
    }
}

#[test]
fn everything_else_is_plain_text() {
    let asked = Asked::get("gbif", DATASETS);

    for status in [200, 302, 400, 401, 403, 404, 409, 422, 499] {
        let answer = asked.saying(status, "no <tea> \u{0}\u{7f}\r\n");
        assert_eq!(answer.whole(), format!("{status} text/plain\nno <tea> \u{0}\u{7f}\r\n"));
    }
    assert_eq!(asked.with_status(400).whole(), "400 text/plain\nBad Request");
    assert_eq!(asked.with_status(422).whole(), "422 text/plain\nUnprocessable Entity");
    assert_eq!(asked.with_status(499).whole(), "499 text/plain\n");
    let missing = Asked::get("gbif", "/gbif/v1/organization/1");
    assert_eq!(
        missing.with_status(404).whole(),
        "404 text/plain\nEntity not found for uri: /organization/1"
    );
}

#[test]
fn grscicoll_names_the_charset_of_its_text() {
    let asked = Asked::get("gbif", "/gbif/v1/grscicoll/institution");

    assert_eq!(asked.saying(400, "no tea").whole(), "400 text/plain;charset=UTF-8\nno tea");
    assert_snapshot!(asked.with_status(502).whole(), @r#"
    502 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":502,"error":"Bad Gateway","path":"/grscicoll/institution"}
    "#);
}

#[test]
fn harvesting_fails_with_the_status_and_json() {
    let asked = Asked::get("gbif", "/session/a/gbif/v1/oai-pmh/registry?verb=Identify");

    assert_snapshot!(asked.saying(404, "no tea").whole(), @r#"
    404 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":404,"error":"Not Found","message":"no tea","path":"/oai-pmh/registry"}
    "#);
    assert_snapshot!(asked.with_status(401).whole(), @r#"
    401 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":401,"error":"Unauthorized","path":"/oai-pmh/registry"}
    "#);
    assert_snapshot!(asked.distrusted(AuthFault::Forbid).whole(), @r#"
    403 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":403,"error":"Forbidden","path":"/oai-pmh/registry"}
    "#);
    assert_snapshot!(asked.with_status(503).whole(), @r#"
    503 application/json
    {"timestamp":"2026-03-04T05:06:07.089+00:00","status":503,"error":"Service Unavailable","path":"/oai-pmh/registry"}
    "#);
}

#[test]
fn strangers_are_refused_as_the_registry_refuses_strangers() {
    let reading = Asked::get("gbif", DATASETS);
    let writing = write("/gbif/v1/dataset", None);

    let answer = reading.with_status(401);
    assert_eq!(answer.whole(), "401 text/plain\nUnauthenticated or incomplete request");
    assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"GBIF\""));
    for answer in [
        reading.with_status(403),
        writing.with_status(403),
        reading.distrusted(AuthFault::Forbid),
        writing.distrusted(AuthFault::Forbid),
    ] {
        assert_eq!(answer.whole(), "403 \nUnauthenticated or incomplete request\r\n");
        assert!(answer.headers.is_empty());
    }
}

#[test]
fn a_name_and_password_that_do_not_pass_are_named() {
    for fault in [AuthFault::Reject, AuthFault::Revoke] {
        for asked in [read_as(ADA), write("/gbif/v1/dataset", Some(ADA))] {
            let answer = asked.distrusted(fault);
            assert_eq!(answer.whole(), "401 \nFailed to authenticate user ada\r\n");
            assert!(answer.headers.is_empty());
        }
    }
    assert_eq!(read_as(ADA).with_status(401).whole(), "401 \nFailed to authenticate user ada\r\n");
}

#[test]
fn a_token_that_has_run_out_is_nobodys() {
    for fault in [AuthFault::Expire, AuthFault::Revoke] {
        let answer = read_as(TOKEN).distrusted(fault);
        assert_eq!(answer.whole(), "401 text/plain\nUnauthenticated or incomplete request");
        assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"GBIF\""));

        let answer = write("/gbif/v1/dataset", Some(TOKEN)).distrusted(fault);
        assert_eq!(answer.whole(), "403 \nUnauthenticated or incomplete request\r\n");

        let answer = write("/gbif/v1/user/whoami", Some(TOKEN)).distrusted(fault);
        assert_eq!(answer.whole(), "401 text/plain\nUnauthenticated or incomplete request");
    }
    let answer = write("/gbif/v1/dataset", Some(TOKEN)).distrusted(AuthFault::Reject);
    assert_eq!(answer.whole(), "401 text/plain\nUnauthenticated or incomplete request");
}

#[test]
fn who_may_not_write_lacks_rights() {
    let told = |asked: Asked| asked.distrusted(AuthFault::Forbid).whole();

    let dataset = "/gbif/v1/dataset";
    assert_eq!(told(write(dataset, Some(ADA))), "403 \nUser has no editor rights\r\n");
    assert_eq!(told(write(dataset, Some(TOKEN))), "403 \nUser has no editor rights\r\n");
    assert_eq!(
        told(write("/gbif/v1/grscicoll/institution", Some(ADA))),
        "403 \nUser has no GrSciColl editor rights\r\n"
    );
    assert_eq!(told(read_as(ADA)), "403 text/plain\nAccess Denied");
    assert_eq!(read_as(TOKEN).with_status(403).whole(), "403 text/plain\nAccess Denied");
}

#[test]
fn credentials_are_known_by_the_users_name() {
    let known = |asked: Asked| asked.credential().map(|it| (it.name, it.expires));

    assert_eq!(known(Asked::get("gbif", DATASETS)), None);
    assert_eq!(known(read_as("GBIF app:signature")), None, "nobody signs as an application here");
    assert_eq!(known(read_as(ADA)), Some(("ada".to_owned(), false)));
    assert_eq!(known(read_as(TOKEN)), Some(("ada".to_owned(), true)));
    assert_eq!(known(read_as("Bearer scrawl")), Some(("scrawl".to_owned(), true)));
    assert_eq!(known(read_as("Basic scrawl")), Some(("scrawl".to_owned(), false)));
    assert_eq!(read_as(ADA).credential().unwrap().secret, "YWRhOnNlc2FtZQ==");
}

#[test]
fn the_registrys_own_tokens_name_their_user() {
    let gbif = Client::of("gbif");
    let user = gbif.control().get("/credentials").json()["gbif"][0].clone();
    let text = |member: &str| user[member].as_str().unwrap().to_owned();
    let login = gbif.with_basic(&text("username"), &text("password")).get("/v1/user/login").json();

    let asked = read_as(&format!("Bearer {}", login["token"].as_str().unwrap()));

    assert_eq!(asked.credential().unwrap().name, text("username"));
}
