//! The session's clock: shown, set, put forward, stopped.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use strum::{EnumString, VariantNames};

use super::body::Body;
use super::error::{Error, Fault};
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::duration;
use crate::kit::reply::Reply;
use crate::session::clock::{OutOfRange, Time};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/clock")
            .id("clock.get")
            .summary("Shows the session's clock")
            .takes([&SESSION as _, &HEADER as _])
            .handler(get),
        Endpoint::put("/__admin/clock")
            .id("clock.set")
            .summary("Sets the session's clock, puts it forward, or stops it")
            .takes([&SESSION as _, &HEADER as _])
            .handler(set),
    ]
}

fn get(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    Ok(show(call, session.clock.time()))
}

fn show(call: &Call, time: Time) -> Reply {
    call.answer(&json!({ "mode": time.mode(), "now": time.now() }))
}

fn set(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let wanted = Wanted::read(call)?;
    let time = session.clock.change(|time| wanted.apply(time))?;
    Ok(show(call, time))
}

#[derive(Clone, Copy, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "lowercase")]
enum Mode {
    Real,
    Offset,
    Frozen,
}

/// What a request wants of a clock.
struct Wanted {
    mode: Option<Mode>,
    now: Option<Timestamp>,
    advance: Option<SignedDuration>,
}

impl Wanted {
    fn read(call: &Call) -> Result<Self, Error> {
        let mut body = Body::read(call)?;
        let mode = body.optional("mode", "one of real, offset, frozen", |value: &Value| {
            value.as_str()?.parse::<Mode>().ok()
        });
        let time = "a time such as 2026-01-31T12:00:00Z";
        let now = body.optional("now", time, |value| value.as_str()?.parse().ok());
        let advance = body.optional("advance", duration::FORM, |value| {
            duration::parse(value.as_str()?)?.try_into().ok()
        });
        if now.is_some() && advance.is_some() {
            body.fault("advance", "cannot be given together with now");
        }
        if mode == Some(Mode::Real) && (now.is_some() || advance.is_some()) {
            body.fault("mode", "real goes with neither now nor advance");
        }
        body.finish()?;
        if mode.is_none() && now.is_none() && advance.is_none() {
            return Err(Fault::new("", "one of now, advance and mode is needed").into());
        }
        Ok(Self { mode, now, advance })
    }

    fn apply(&self, time: Time) -> Result<Time, Fault> {
        let out_of_range = |error: OutOfRange| {
            Fault::new(if self.now.is_some() { "/now" } else { "/advance" }, error.to_string())
        };
        let mode = self.mode.unwrap_or(match (self.now, time) {
            (None, Time::Frozen(_)) => Mode::Frozen,
            _ => Mode::Offset,
        });
        let time = match self.advance {
            Some(by) => time.advanced(by).map_err(out_of_range)?,
            None => time,
        };
        let now = self.now.unwrap_or_else(|| time.now());
        match (mode, time) {
            (Mode::Real, _) => Ok(Time::Real),
            (Mode::Frozen, _) => Time::frozen_at(now).map_err(out_of_range),
            // It is left as it runs, not set to what it just showed.
            (Mode::Offset, Time::Offset(_)) if self.now.is_none() => Ok(time),
            (Mode::Offset, _) => Time::running_from(now).map_err(out_of_range),
        }
    }
}
