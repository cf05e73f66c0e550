//! What scenarios ask for, in Mushroom Observer's words.

use http::{Request, StatusCode};
use insta::{allow_duplicates, assert_snapshot};
use rstest::rstest;
use wardian::kit::credential::AuthFault;
use wardian::kit::reply::Injected;

use crate::support::refusal::Asked;

const PATH: &str = "/mo/api2/observations?user=7";
const HTML: &str = "text/html; charset=utf-8";

fn with_code(asked: &Asked, code: &str, message: Option<&str>) -> String {
    let message = message.map(str::to_owned);
    let code = Some(code.to_owned());
    asked.failing(Injected { message, code, ..Injected::of(StatusCode::BAD_GATEWAY) }).whole()
}

#[test]
fn a_code_is_an_envelope_with_that_error() {
    let asked = Asked::get("mo", PATH);

    assert_snapshot!(with_code(&asked, "API2::MustAuthenticate", None), @r#"
    200 application/json; charset=utf-8
    {"version":2.0,"run_date":"2026-03-04T05:06:07.089Z","errors":[{"code":"API2::MustAuthenticate","details":"Must authenticate with API key to perform this operation.","fatal":"true","trace":"app/classes/api2/core/model_api.rb:121:in 'process_request'"}],"run_time":0.0}
    "#);
    assert_snapshot!(with_code(&asked, "API2::BadVersion", Some("no <b>tea</b> \"1 < 2\"\n\u{1}")), @r#"
    200 application/json; charset=utf-8
    {"version":2.0,"run_date":"2026-03-04T05:06:07.089Z","errors":[{"code":"API2::BadVersion","details":"no tea \"1 < 2\"\n\u0001","fatal":"true","trace":"app/classes/api2/core/model_api.rb:121:in 'process_request'"}],"run_time":0.0}
    "#);
    assert_snapshot!(with_code(&asked, "API2::OutOfTea", None), @r#"
    200 application/json; charset=utf-8
    {"version":2.0,"run_date":"2026-03-04T05:06:07.089Z","errors":[{"code":"API2::OutOfTea","details":"","fatal":"true","trace":"app/classes/api2/core/model_api.rb:121:in 'process_request'"}],"run_time":0.0}
    "#);
    assert_snapshot!(with_code(&asked, "API2::FieldSlipAPI::CodeAlreadyUsed", Some("used")), @r#"
    200 application/json; charset=utf-8
    {"version":2.0,"run_date":"2026-03-04T05:06:07.089Z","errors":[{"code":"API2::FieldSlipAPI::CodeAlreadyUsed","details":"used","fatal":"true","trace":"app/classes/api2/core/model_api.rb:121:in 'process_request'"}],"run_time":0.0}
    "#);
}

#[test]
fn status_200_means_that_rendering_failed() {
    let asked = Asked::get("mo", PATH);

    assert_snapshot!(asked.with_status(200).whole(), @r#"
    200 application/json; charset=utf-8
    {"version":null,"run_date":"2026-03-04T05:06:07.089Z","errors":[{"code":"API2::RenderFailed","details":"There was a problem while rendering the results. ","fatal":"true"}],"run_time":0.0}
    "#);
    assert_snapshot!(asked.saying(200, "no tea").whole(), @r#"
    200 application/json; charset=utf-8
    {"version":null,"run_date":"2026-03-04T05:06:07.089Z","errors":[{"code":"API2::RenderFailed","details":"no tea","fatal":"true"}],"run_time":0.0}
    "#);
}

#[rstest]
#[case(Asked::get("mo", "/session/a/mo/api2/observations.xml"))]
#[case(Asked::get("mo", "/session/a/mo/api2/observations?format=xml"))]
#[case(Asked::new("mo", Request::get("/session/a/mo/api2/observations").header("accept", "text/xml"), ""))]
#[case(Asked::new(
    "mo",
    Request::patch("/session/a/mo/api2/observations").header("content-type", "application/json"),
    r#"{"format": "xml"}"#
))]
fn an_envelope_is_xml_where_that_is_asked_for(#[case] asked: Asked) {
    let text = with_code(&asked, "API2::BadVersion", Some("1 < 2 &\u{1}\n"));

    allow_duplicates! {
        assert_snapshot!(text, @r#"
        200 application/xml; charset=utf-8
        <?xml version="1.0" encoding="UTF-8"?>
        <response xmlns="http://127.0.0.1:8080/session/a/mo/response.xsd">
          <version type="string" content_type="text/plain">2.0</version>
          <run_date type="date-time" format="YYYY-MM-DD HH:MM:SS">2026-03-04 05:06:07</run_date>
          <errors number="1">
            <error id="1">
              <code>API2::BadVersion</code>
              <details>1 &lt; 2 &amp;
        </details>
              <fatal>true</fatal>
            </error>
          </errors>
          <run_time type="float" units="seconds">0.0000</run_time>
        </response>
        "#);
    }
}

#[test]
fn too_many_requests_are_locked_out() {
    let request = Request::get(PATH).header("x-forwarded-for", "203.0.113.9, 10.0.0.1");
    let asked = Asked::new("mo", request, "");

    let answer = asked.with_status(429);
    assert_snapshot!(answer.whole(), @r#"
    429 text/plain; charset=utf-8
    We have noticed a lot of server-intensive traffic from this IP address (203.0.113.9). There may be better ways of doing what you are trying to do. Please contact the webmaster (webmaster@mushroomobserver.org) so that we can talk about it. So that we can best help you, please:
    - include a copy of this message;
    - tell how you generally use Mushroom Observer;
    - tell us what you were doing when you received this message.
    "#);
    assert_eq!(answer.headers.len(), 1, "nothing but the type");
    assert_eq!(asked.saying(429, "no <tea>").whole(), "429 text/plain; charset=utf-8\nno <tea>");
}

#[test]
fn maintenance_is_json_whatever_the_format() {
    let asked = Asked::get("mo", "/mo/api2/observations.xml");

    let answer = asked.with_status(503);
    assert_snapshot!(answer.whole(), @r#"
    503 application/json; charset=utf-8
    {"error":"service_unavailable","message":"Mushroom Observer is temporarily unavailable while we deploy new code. We should be back in a couple of minutes. If you have questions, email webmaster@mushroomobserver.org.","retry_after_seconds":120}
    "#);
    assert_eq!(answer.header("retry-after"), Some("120"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));

    let answer = asked.failing(Injected {
        message: Some("no \"tea\"\u{1}".to_owned()),
        retry_after: Some(std::time::Duration::from_millis(2500)),
        ..Injected::of(StatusCode::SERVICE_UNAVAILABLE)
    });
    assert_snapshot!(answer.text(), @r#"
    {"error":"service_unavailable","message":"no \"tea\"\u0001","retry_after_seconds":3}
    "#);
    assert_eq!(answer.header("retry-after"), Some("3"));
}

#[rstest]
#[case(204)]
#[case(302)]
#[case(400)]
#[case(401)]
#[case(403)]
#[case(422)]
#[case(500)]
#[case(502)]
#[case(599)]
fn everything_else_is_a_page(#[case] status: u16) {
    let asked = Asked::get("mo", PATH);

    let answer = asked.with_status(status);
    assert_eq!((answer.status(), answer.content_type()), (status, HTML));
    assert!(answer.text().contains("<p>We're sorry, but something went wrong.</p>"));
    let answer = asked.saying(status, "no <tea> & \u{1}");
    assert_eq!((answer.status(), answer.content_type()), (status, HTML));
    assert!(answer.text().contains("<p>no &lt;tea&gt; &amp; \u{1}</p>"));
}

#[test]
fn nothing_found_is_a_page_unless_an_extension_asks_for_more() {
    let page = Asked::get("mo", PATH).with_status(404);
    assert_eq!((page.status(), page.content_type()), (404, HTML));
    assert!(page.text().contains("<p>The page you were looking for doesn't exist.</p>"));

    let json = Asked::get("mo", "/mo/api2/observations.json").with_status(404).whole();
    assert_eq!(
        json,
        "404 application/json; charset=utf-8\n{\"status\":404,\"error\":\"Not Found\"}"
    );
    let page = Asked::get("mo", PATH).saying(404, "no tea");
    assert!(page.text().contains("<p>no tea</p>"));
}

#[rstest]
#[case(AuthFault::Expire)]
#[case(AuthFault::Reject)]
#[case(AuthFault::Revoke)]
fn a_key_that_does_not_pass_is_a_bad_key(#[case] fault: AuthFault) {
    let answer = Asked::get("mo", "/mo/api2/names?api_key=xyz").distrusted(fault);

    assert_eq!(super::error(&answer), "API2::BadAPIKey Bad key \"xyz\".");
}

#[rstest]
#[case("GET", "/mo/api2/observations/12.json", "observation \"#12\"")]
#[case("PATCH", "/mo/api2/species_lists?id=3", "observation list \"#3\"")]
#[case("POST", "/mo/api2/sequences", "DNA sequence \"\"")]
fn who_may_not_do_it_lacks_permission_to_edit(
    #[case] method: &str,
    #[case] path: &str,
    #[case] named: &str,
) {
    let asked = Asked::new("mo", Request::builder().method(method).uri(path), "");

    assert_eq!(
        super::error(&asked.distrusted(AuthFault::Forbid)),
        format!("API2::MustHaveEditPermission You do not have permission to edit {named}.")
    );
}

#[rstest]
#[case::query(Asked::get("mo", "/mo/api2/names?api_key=a&api_key=%20b"))]
#[case::form(Asked::new(
    "mo",
    Request::post("/mo/api2/names").header("content-type", "application/x-www-form-urlencoded"),
    "api_key=b"
))]
#[case::json(Asked::new(
    "mo",
    Request::delete("/mo/api2/names").header("content-type", "application/json"),
    r#"{"api_key": "b"}"#
))]
#[case::multipart(Asked::new(
    "mo",
    Request::post("/mo/api2/images").header("content-type", "multipart/form-data; boundary=x"),
    "--x\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\nb\r\n--x--\r\n"
))]
fn a_key_is_seen_wherever_it_stands(#[case] asked: Asked) {
    let credential = asked.credential().unwrap();

    assert_eq!((credential.name.as_str(), credential.expires), ("b", true));
}

#[rstest]
#[case(Asked::get("mo", PATH))]
#[case(Asked::get("mo", "/mo/api2/names?api_key=%20"))]
#[case::no_json_is_read_of_posts(Asked::new(
    "mo",
    Request::post("/mo/api2/names").header("content-type", "application/json"),
    r#"{"api_key": "b"}"#
))]
#[case::malformed(Asked::new(
    "mo",
    Request::patch("/mo/api2/names").header("content-type", "application/json"),
    "{"
))]
fn no_key_is_seen_where_there_is_none(#[case] asked: Asked) {
    assert_eq!(asked.credential(), None);
}
