//! Work that takes its time.

use rstest::rstest;
use serde_json::{Value, json};

use super::enact;
use crate::gbif::{DATASET, admin};
use crate::support::Client;

/// Has the dataset crawled, under such a job.
fn crawl(gbif: &Client, job: &Value) {
    let noon = json!({ "mode": "frozen", "now": "2030-05-01T12:00:00Z" });
    gbif.control().put("/clock", &noon).expect_status(200);
    enact(gbif, &json!([{ "match": { "api": "gbif" }, "effect": { "job": job } }]));
    gbif.post(&format!("/v1/dataset/{DATASET}/crawl"), &json!({})).expect_status(204);
}

/// The newest attempt.
fn newest(gbif: &Client) -> Value {
    gbif.get(&format!("/v1/dataset/{DATASET}/process?limit=1")).json()["results"][0].clone()
}

/// In which stage a poll finds the newest attempt.
fn poll(gbif: &Client) -> &'static str {
    let attempt = newest(gbif);
    let has = |member: &str| attempt.get(member).is_some();
    match (has("startedCrawling"), attempt["finishReason"].as_str()) {
        (false, None) => "queued",
        (true, None) => "running",
        (_, Some("NORMAL")) => "done",
        (_, Some("ABORT")) => "failed",
        (_, Some(_)) => "strange",
    }
}

#[rstest]
#[case::slow(json!({ "queued": 1, "running": 2 }), ["queued", "running", "running", "done", "done"])]
#[case::running(json!({ "running": 1 }), ["running", "done", "done", "done", "done"])]
#[case::never_begun(
    json!({ "queued": 2, "fail_at": "queued" }),
    ["queued", "queued", "failed", "failed", "failed"]
)]
#[case::broken_off(
    json!({ "queued": 1, "running": 1, "fail_at": "running" }),
    ["queued", "running", "failed", "failed", "failed"]
)]
#[case::at_once(json!({ "fail_at": "running" }), ["failed"; 5])]
fn a_crawl_spends_polls_in_each_stage(#[case] job: Value, #[case] stages: [&str; 5]) {
    let gbif = admin();
    crawl(&gbif, &job);

    assert_eq!([(); 5].map(|()| poll(&gbif)), stages);
}

#[test]
fn a_crawl_takes_a_time_on_the_clock() {
    let gbif = admin();
    crawl(&gbif, &json!({ "after": "5m" }));

    assert_eq!([poll(&gbif), poll(&gbif), poll(&gbif)], ["running"; 3]);
    gbif.control().put("/clock", &json!({ "advance": "4m" })).expect_status(200);
    assert_eq!(poll(&gbif), "running");
    gbif.control().put("/clock", &json!({ "advance": "1m" })).expect_status(200);
    assert_eq!(poll(&gbif), "done");
    assert_eq!(newest(&gbif)["finishedCrawling"], "2030-05-01T12:05:00.000+00:00");
}

#[test]
fn an_attempt_is_shown_as_far_as_it_is() {
    let gbif = admin();
    crawl(&gbif, &json!({ "queued": 1, "running": 1 }));

    let [queued, running, done] = [(); 3].map(|()| newest(&gbif));
    let members: Vec<&String> = queued.as_object().unwrap().keys().collect();
    assert_eq!(members, ["datasetKey", "crawlJob"]);
    assert_eq!(running["startedCrawling"], "2030-05-01T12:00:00.000+00:00");
    assert_eq!(running.get("finishedCrawling"), None);
    assert_eq!(running["processStateOccurrence"], "RUNNING");
    assert_eq!(running["fragmentsEmitted"], 0);
    assert_eq!(running["declaredCount"], done["declaredCount"]);
    assert_eq!(done["processStateOccurrence"], "FINISHED");
    assert_eq!(done["fragmentsEmitted"], done["declaredCount"]);
    let number = done["crawlJob"]["attempt"].as_i64().unwrap();
    let one = gbif.get(&format!("/v1/dataset/{DATASET}/process/{number}")).json();
    assert_eq!(one, done, "what has ended stays");
}

#[test]
fn polls_of_one_attempt_and_of_lists_count_alike() {
    let gbif = admin();
    crawl(&gbif, &json!({ "queued": 1, "running": 1 }));
    let number = newest(&gbif)["crawlJob"]["attempt"].clone();

    let one = gbif.get(&format!("/v1/dataset/{DATASET}/process/{number}")).json();
    let all = gbif.get("/v1/dataset/process?limit=1").json();

    assert_eq!(one.get("finishReason"), None);
    assert_eq!(all["results"][0]["finishReason"], "NORMAL");
}

#[test]
fn a_fork_takes_the_work_along() {
    let gbif = admin();
    crawl(&gbif, &json!({ "queued": 2 }));
    assert_eq!(poll(&gbif), "queued");
    let name = gbif.session().name.as_str();
    let fork = format!("fork-of-{name}");
    gbif.control().post("/sessions", &json!({ "name": fork, "from": name })).expect_status(201);
    let path = format!("/session/{fork}/gbif/v1/dataset/{DATASET}/process?limit=1");
    let seen = || {
        let request = http::Request::get(&path).header("host", "127.0.0.1:8080");
        let reply = gbif.emulator().answer(request.body(bytes::Bytes::new()).unwrap());
        let page: Value = serde_json::from_slice(&reply.body).unwrap();
        page["results"][0].get("finishReason").is_some()
    };

    assert_eq!([seen(), seen()], [false, true]);
    assert_eq!([poll(&gbif), poll(&gbif)], ["queued", "done"]);
}
