//! Long-running work of a service: how long it takes, and whether it fails, when a scenario says so.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JobStage {
    Queued,
    Running,
}

/// How far a piece of work is, as it is kept beside it until it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Polls that will still find it in each stage.
    queued: u64,
    running: u64,
    /// When it ends, where that is not a matter of polls.
    ends_at: Option<Timestamp>,
    fail_at: Option<JobStage>,
}

/// What a poll finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Queued,
    Running,
    Done,
    /// It failed where it was.
    Failed(JobStage),
}

impl Progress {
    /// Sets work going.
    pub fn begin(job: Job, now: Timestamp) -> Self {
        let Job { pace, fail_at } = job;
        match pace {
            Pace::Polls { queued, running } => Self { queued, running, ends_at: None, fail_at },
            Pace::After(time) => {
                let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
                let ends_at = Some(now.checked_add(time).unwrap_or(Timestamp::MAX));
                Self { queued: 0, running: 0, ends_at, fail_at }
            }
        }
    }

    /// Looks how far it is, which counts.
    pub fn poll(&mut self, now: Timestamp) -> Found {
        if let Some(ends_at) = self.ends_at {
            return match self.fail_at {
                Some(JobStage::Queued) if now < ends_at => Found::Queued,
                _ if now < ends_at => Found::Running,
                fail_at => fail_at.map_or(Found::Done, Found::Failed),
            };
        }
        if self.queued > 0 {
            self.queued -= 1;
            return Found::Queued;
        }
        if self.fail_at == Some(JobStage::Queued) {
            return Found::Failed(JobStage::Queued);
        }
        if self.running > 0 {
            self.running -= 1;
            return Found::Running;
        }
        self.fail_at.map_or(Found::Done, Found::Failed)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    /// What the first polls find.
    fn polls(queued: u64, running: u64, fail_at: Option<JobStage>) -> [Found; 4] {
        let now = Timestamp::UNIX_EPOCH;
        let pace = Pace::Polls { queued, running };
        let mut progress = Progress::begin(Job { pace, fail_at }, now);
        [(); 4].map(|()| progress.poll(now))
    }

    #[test]
    fn polls_are_spent_in_each_stage() {
        use Found::{Done, Failed, Queued, Running};

        assert_eq!(polls(2, 1, None), [Queued, Queued, Running, Done]);
        assert_eq!(polls(0, 0, None), [Done; 4]);
        let queued = Failed(JobStage::Queued);
        assert_eq!(polls(1, 9, Some(JobStage::Queued)), [Queued, queued, queued, queued]);
        let running = Failed(JobStage::Running);
        assert_eq!(polls(1, 1, Some(JobStage::Running)), [Queued, Running, running, running]);
    }

    #[test]
    fn time_is_that_of_the_clock() {
        let now = Timestamp::UNIX_EPOCH;
        let found = |minutes: i64, fail_at| {
            let job = Job { pace: Pace::After(Duration::from_mins(5)), fail_at };
            Progress::begin(job, now).poll(now + minutes.minutes())
        };

        assert_eq!([found(0, None), found(4, None)], [Found::Running; 2]);
        assert_eq!(found(5, None), Found::Done);
        let queued = Some(JobStage::Queued);
        assert_eq!(found(4, queued), Found::Queued);
        assert_eq!(found(5, queued), Found::Failed(JobStage::Queued));
        let never = Job { pace: Pace::After(Duration::MAX), fail_at: None };
        assert_eq!(Progress::begin(never, now).poll(now + 9_999.hours()), Found::Running);
    }
}
