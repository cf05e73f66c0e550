//! What scenarios ask for, in the portal's words.

use http::Request;
use insta::assert_snapshot;
use rstest::rstest;
use wardian::kit::credential::AuthFault;

use crate::support::refusal::Asked;

const PATH: &str = "/tbia/api/v1/occurrence?taxonID=t1";
const HTML: &str = "text/html; charset=utf-8";

fn asked() -> Asked {
    Asked::new("tbia", Request::get(PATH).header("accept-language", "en"), "")
}

#[test]
fn a_bad_request_has_status_200() {
    assert_snapshot!(asked().with_status(400).whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "Bad Request"}}
    "#);
    assert_snapshot!(asked().saying(400, "no <tea>\n\u{1}茶").whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "no <tea>\n\u0001\u8336"}}
    "#);
}

#[test]
fn too_many_requests_are_told_in_plain_text() {
    let answer = asked().with_status(429).whole();
    assert_eq!(answer, "429 text/plain; charset=utf-8\nToo Many Requests");
    let answer = asked().saying(429, "wait <a> while").whole();
    assert_eq!(answer, "429 text/plain; charset=utf-8\nwait <a> while");
}

#[rstest]
#[case(200)]
#[case(301)]
#[case(401)]
#[case(404)]
#[case(409)]
#[case(500)]
#[case(599)]
fn everything_else_is_a_page(#[case] status: u16) {
    let answer = asked().with_status(status);
    let text = "<p>We can't find the page you are looking for. If you have any questions, please contact us.</p>";
    assert_eq!((answer.status(), answer.content_type()), (status, HTML));
    assert!(answer.text().contains(text), "{}", answer.text());

    let answer = asked().saying(status, "no <tea> & \u{1}");
    assert_eq!((answer.status(), answer.content_type()), (status, HTML));
    assert!(answer.text().contains("<p>no &lt;tea&gt; &amp; \u{1}</p>"), "{}", answer.text());
}

#[test]
fn maintenance_is_told_in_both_languages() {
    assert_snapshot!(asked().with_status(503).whole(), @r#"
    503 text/html; charset=utf-8
    <!DOCTYPE html>
    <html lang="en-us">
    <head>
    <meta charset="utf-8">
    <title>Maintenance | TBIA</title>
    </head>
    <body>
    <header>Taiwan Biodiversity Information Alliance</header>
    <main>
    <p>目前網頁資料維護中，請稍後再試。</p>
    <p>The website is temporarily unavailable due to data maintenance.</p>
    </main>
    </body>
    </html>
    "#);
    let answer = asked().saying(503, "back at <noon>");
    assert_eq!((answer.status(), answer.content_type()), (503, HTML));
    assert!(answer.text().contains("<p>back at &lt;noon&gt;</p>"), "{}", answer.text());
}

#[test]
fn the_proxy_speaks_for_a_portal_that_does_not_answer() {
    assert_snapshot!(asked().with_status(504).whole(), @r#"
    504 text/html
    <html>
    <head><title>504 Gateway Timeout</title></head>
    <body>
    <h1>504 Gateway Timeout</h1>
    </body>
    </html>
    "#);
    assert_eq!(asked().saying(502, "gone").content_type(), HTML);
}

#[test]
fn what_is_forbidden_is_the_page_of_the_framework() {
    for answer in [asked().with_status(403), asked().distrusted(AuthFault::Forbid)] {
        assert_eq!((answer.status(), answer.content_type()), (403, HTML));
        assert!(answer.text().contains("<p>CSRF verification failed. Request aborted.</p>"));
    }
    let answer = asked().saying(403, "not <you>");
    assert!(answer.text().contains("<p>Forbidden (403)</p>\n<p>not &lt;you&gt;</p>"));
}

#[rstest]
#[case(AuthFault::Expire)]
#[case(AuthFault::Reject)]
#[case(AuthFault::Revoke)]
fn a_key_that_does_not_pass_is_a_bad_parameter(#[case] fault: AuthFault) {
    assert_eq!(
        asked().distrusted(fault).whole(),
        "200 application/json\n{\"status\": {\"code\": 400, \"message\": \"Invalid API key\"}}"
    );
}

#[test]
fn the_last_key_counts_and_an_empty_one_does_not() {
    let name = |query: &str| {
        let asked = Asked::get("tbia", &format!("{PATH}&{query}"));
        asked.credential().map(|credential| credential.name)
    };

    assert_eq!(name(""), None);
    assert_eq!(name("apikey="), None);
    assert_eq!(name("apikey=a&apikey=b%20c"), Some("b c".to_owned()));
}
