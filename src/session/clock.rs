//! The session's clock: what an API takes for the time.

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

/// What the clock of a session shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Time {
    /// The real time.
    #[default]
    Real,
    /// A time that runs beside the real one, this far ahead of it.
    Offset(SignedDuration),
    /// A time that stands still.
    Frozen(Timestamp),
}

/// A time that no clock shows: services write years with four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("outside the years 1 to 8999")]
pub struct OutOfRange;

impl Time {
    /// The time that it is.
    pub fn now(self) -> Timestamp {
        self.at(Timestamp::now())
    }

    /// The time that it is when it is really `real`.
    fn at(self, real: Timestamp) -> Timestamp {
        match self {
            Self::Real => real,
            Self::Offset(ahead) => {
                // It was within range when it was set; that it runs out of it takes centuries.
                real.checked_add(ahead).unwrap_or(latest()).min(latest())
            }
            Self::Frozen(time) => time,
        }
    }

    /// A clock that goes on running from `time`.
    ///
    /// # Errors
    /// When no clock shows such a time.
    pub fn running_from(time: Timestamp) -> Result<Self, OutOfRange> {
        in_range(time)?;
        Ok(Self::Offset(time.duration_since(Timestamp::now())))
    }

    /// A clock that stands at `time`.
    ///
    /// # Errors
    /// When no clock shows such a time.
    pub fn frozen_at(time: Timestamp) -> Result<Self, OutOfRange> {
        in_range(time).map(Self::Frozen)
    }

    /// This clock put forward; a frozen one stays frozen.
    ///
    /// # Errors
    /// When no clock shows such a time.
    pub fn advanced(self, by: SignedDuration) -> Result<Self, OutOfRange> {
        let ahead = match self {
            Self::Frozen(time) => {
                return Self::frozen_at(time.checked_add(by).map_err(|_| OutOfRange)?);
            }
            Self::Real => by,
            Self::Offset(ahead) => ahead.checked_add(by).ok_or(OutOfRange)?,
        };
        in_range(Timestamp::now().checked_add(ahead).map_err(|_| OutOfRange)?)?;
        Ok(Self::Offset(ahead))
    }

    /// `real`, `offset` or `frozen`.
    pub fn mode(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Offset(_) => "offset",
            Self::Frozen(_) => "frozen",
        }
    }
}

fn in_range(time: Timestamp) -> Result<Timestamp, OutOfRange> {
    if (earliest()..=latest()).contains(&time) { Ok(time) } else { Err(OutOfRange) }
}

fn earliest() -> Timestamp {
    "0001-01-01T00:00:00Z".parse().expect("a time")
}

/// Tokens that last for a while still end in a year of four digits.
fn latest() -> Timestamp {
    "8999-12-31T23:59:59Z".parse().expect("a time")
}

/// A clock that can be set while requests read it.
#[derive(Debug, Default)]
pub struct Clock {
    time: Mutex<Time>,
}

impl Clock {
    pub fn new(time: Time) -> Self {
        Self { time: Mutex::new(time) }
    }

    pub fn time(&self) -> Time {
        *self.time.lock()
    }

    pub fn set(&self, time: Time) {
        *self.time.lock() = time;
    }

    /// Sets the clock to what `change` makes of its time, while nobody else sets it.
    ///
    /// # Errors
    /// Those of `change`, and the clock goes on as before.
    pub fn change<E>(&self, change: impl FnOnce(Time) -> Result<Time, E>) -> Result<Time, E> {
        let mut time = self.time.lock();
        *time = change(*time)?;
        Ok(*time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_offset_runs_and_a_frozen_clock_stands() {
        let (before, after) = (time("2026-01-01T00:00:00Z"), time("2026-01-01T00:00:05Z"));

        assert_eq!(Time::Offset(DAY).at(before), time("2026-01-02T00:00:00Z"));
        assert_eq!(Time::Offset(-DAY).at(after), time("2025-12-31T00:00:05Z"));
        assert_eq!(Time::Frozen(before).at(after), before);
    }

    #[test]
    fn putting_forward_keeps_a_frozen_clock_frozen() {
        let frozen = Time::Frozen(time("2026-01-01T00:00:00Z"));

        assert_eq!(frozen.advanced(DAY), Ok(Time::Frozen(time("2026-01-02T00:00:00Z"))));
        assert_eq!(Time::Real.advanced(DAY), Ok(Time::Offset(DAY)));
        assert_eq!(Time::Offset(DAY).advanced(DAY), Ok(Time::Offset(DAY * 2)));
    }

    #[test]
    fn years_have_four_digits() {
        let last = Time::Frozen(latest());

        assert_eq!(last.advanced(DAY), Err(OutOfRange));
        assert_eq!(Time::Real.advanced(SignedDuration::MAX), Err(OutOfRange));
        assert_eq!(Time::frozen_at(time("-000001-01-01T00:00:00Z")), Err(OutOfRange));
        assert_eq!(Time::running_from(time("9100-01-01T00:00:00Z")), Err(OutOfRange));
    }
}
