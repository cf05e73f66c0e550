//! Counts and times for Prometheus.

use http::Method;
use serde_json::json;

use crate::support::visitor::Visitor;

/// The value of a sample, by its name and labels.
fn sample(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.rsplit_once(' ').is_some_and(|(key, _)| key == name));
    line?.rsplit(' ').next()?.parse().ok()
}

fn read(visitor: &Visitor) -> String {
    let answer = visitor.get("/__admin/metrics");
    assert_eq!((answer.status(), answer.content_type()), (200, "text/plain; version=0.0.4"));
    answer.text().to_owned()
}

#[test]
fn requests_are_counted_by_route_and_status_over_all_sessions() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "a" }));
    visitor.get("/herbarium/v1/sheet");
    visitor.get_in("a", "/herbarium/v1/sheet");
    visitor.get("/herbarium/v1/sheet?nonsense=1");
    visitor.get("/herbarium/nowhere");

    let text = read(&visitor);

    let count = |route: &str, status: u16| {
        let labels = format!(r#"api="herbarium",route="{route}",status="{status}""#);
        sample(&text, &format!("wardian_requests_total{{{labels}}}"))
    };
    assert_eq!(count("sheet.list", 200), Some(2.0));
    assert_eq!(count("sheet.list", 400), Some(1.0));
    assert_eq!(count("none", 404), Some(1.0));
    assert_eq!(sample(&text, "wardian_sessions"), Some(2.0));
}

#[test]
fn durations_make_a_cumulative_histogram() {
    let visitor = Visitor::new();
    for _ in 0..5 {
        visitor.get("/herbarium/v1/sheet");
    }

    let text = read(&visitor);

    let name = "wardian_request_duration_seconds";
    let buckets: Vec<f64> = text
        .lines()
        .filter(|line| line.starts_with(&format!("{name}_bucket{{api=\"herbarium\",le=")))
        .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(buckets.len(), 13);
    assert!(buckets.is_sorted());
    assert_eq!(buckets.last(), Some(&5.0));
    assert!(text.contains(&format!("{name}_bucket{{api=\"herbarium\",le=\"+Inf\"}} 5\n")));
    assert_eq!(sample(&text, &format!("{name}_count{{api=\"herbarium\"}}")), Some(5.0));
    assert!(sample(&text, &format!("{name}_sum{{api=\"herbarium\"}}")).unwrap() > 0.0);
}

#[test]
fn the_store_weighs_what_sessions_changed() {
    let visitor = Visitor::new();
    let weight = || sample(&read(&visitor), "wardian_store_bytes").unwrap();
    let before = weight();

    visitor.add_sheet("default");

    assert!(weight() > before);
    visitor.send(Method::POST, "/__admin/reset", &[], "");
    assert!((weight() - before).abs() < f64::EPSILON);
}

#[test]
fn every_family_is_declared_once() {
    let text = read(&Visitor::new());

    let declared: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert_eq!(
        declared,
        [
            "wardian_requests_total counter",
            "wardian_request_duration_seconds histogram",
            "wardian_sessions gauge",
            "wardian_store_bytes gauge",
            "wardian_faults_total counter",
        ]
    );
    assert_eq!(text.matches("# HELP ").count(), 5);
}
