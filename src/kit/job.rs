//! Long-running work of a service: how long it takes, and whether it fails, when a scenario says so.

use std::time::Duration;

use strum::{EnumString, VariantNames};

/// What becomes of a piece of work that runs on after its request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    pub pace: Pace,
    /// Where it fails; otherwise it comes to its end.
    pub fail_at: Option<JobStage>,
}

/// How long work takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Polls that find it in each stage.
    Polls { queued: u64, running: u64 },
    /// It is done after this time on the session's clock.
    After(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum JobStage {
    Queued,
    Running,
}
