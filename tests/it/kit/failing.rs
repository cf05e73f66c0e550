//! When a handler fails, of its own accord or not.

use http::Method;

use crate::support::visitor::Visitor;

#[test]
fn a_panic_is_the_services_own_500_and_leaves_the_session_sound() {
    let visitor = Visitor::new();

    let answer = visitor.send(Method::POST, "/herbarium/v1/spill", &[], "");

    assert_eq!(
        answer.whole(),
        "500 text/plain\nherbarium: wardian failed: a handler panicked: the tea is on the table"
    );
    assert!(answer.header("x-wardian-request").is_some());
    assert_eq!(answer.header("server"), Some("herbarium/1"));
    assert_eq!(visitor.count_sheets("default"), 3);
    visitor.add_sheet("default");
    assert_eq!(visitor.count_sheets("default"), 4);
}

#[test]
fn a_failure_is_in_the_words_of_the_service() {
    let answer = Visitor::new().get("/herbarium/v1/sheet/99");

    assert_eq!(answer.whole(), "404 text/plain\nthere is no such sheet");
}
