//! Crawls that take their time, or fail, because a scenario says so.

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::moment;
use crate::kit::call::Call;
use crate::kit::job::{Found, Job, JobStage, Progress};

type Shown = Map<String, Value>;

/// An attempt that has not ended yet; as it will be shown in the end, if all goes well.
pub struct Underway {
    pub dataset: String,
    pub attempt: i64,
    pub progress: String,
    pub doc: String,
}

/// Lets an attempt take its time.
pub fn begin(call: &Call, db: &Connection, job: Job, attempt: (&str, i64)) -> rusqlite::Result<()> {
    let progress = Progress::begin(job, call.now);
    let sql = "INSERT INTO gbif_crawl_job (dataset, attempt, progress) VALUES (?, ?, ?)";
    db.prepare_cached(sql)?.execute((attempt.0, attempt.1, written(progress)))?;
    Ok(())
}

impl Underway {
    /// Looks how far the attempt is, which counts, and gives what is shown of it.
    pub fn poll(self, call: &Call, db: &Connection) -> rusqlite::Result<String> {
        let Ok(mut progress) = serde_json::from_str::<Progress>(&self.progress) else {
            return Ok(self.doc);
        };
        let found = progress.poll(call.now);
        let mut shown: Shown = serde_json::from_str(&self.doc).unwrap_or_default();
        let has_ended = match found {
            Found::Queued => {
                shown.retain(|member, _| matches!(member.as_str(), "datasetKey" | "crawlJob"));
                false
            }
            Found::Running => {
                undo(&mut shown);
                shown.retain(|member, _| {
                    !matches!(member.as_str(), "finishedCrawling" | "finishReason")
                });
                for state in shown.values_mut().filter(|state| **state == "FINISHED") {
                    *state = "RUNNING".into();
                }
                false
            }
            Found::Done => true,
            Found::Failed(stage) => {
                undo(&mut shown);
                shown.insert("finishReason".to_owned(), "ABORT".into());
                if stage == JobStage::Queued {
                    shown.shift_remove("startedCrawling");
                }
                true
            }
        };
        if has_ended {
            shown.insert("finishedCrawling".to_owned(), moment::written(call.now).into());
        }
        let text = Value::Object(shown).to_string();
        // The past is looked at, and not changed any more.
        if call.present.is_none() {
            self.keep(db, progress, has_ended.then_some(text.as_str()))?;
        }
        Ok(text)
    }

    /// Keeps how far it is, or how it ended.
    fn keep(&self, db: &Connection, progress: Progress, end: Option<&str>) -> rusqlite::Result<()> {
        let (dataset, attempt) = (&self.dataset, self.attempt);
        let Some(end) = end else {
            let sql = "UPDATE gbif_crawl_job SET progress = ? WHERE dataset = ? AND attempt = ?";
            db.prepare_cached(sql)?.execute((written(progress), dataset, attempt))?;
            return Ok(());
        };
        let sql = "UPDATE gbif_process SET doc = ? WHERE dataset = ? AND attempt = ?";
        db.prepare_cached(sql)?.execute((end, dataset, attempt))?;
        let sql = "DELETE FROM gbif_crawl_job WHERE dataset = ? AND attempt = ?";
        db.prepare_cached(sql)?.execute((dataset, attempt))?;
        Ok(())
    }
}

/// Takes away what an attempt would have brought in, but for what its publisher declares.
fn undo(shown: &mut Shown) {
    let counts = shown.iter_mut().filter(|(member, _)| *member != "declaredCount");
    for (_, count) in counts.filter(|(_, value)| value.is_number()) {
        *count = 0.into();
    }
}

fn written(progress: Progress) -> String {
    serde_json::to_string(&progress).expect("numbers and moments serialize")
}
