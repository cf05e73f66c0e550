//! Back to the pristine world.

use http::StatusCode;
use rusqlite::types::Value;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::body::Body;
use super::error::Error;
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::kit::value::{Expects, FromText};

static WHAT: Param<Vec<Part>> =
    Param::commas("what", "The parts to put back, parted by commas; without it all of them.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/__admin/reset")
            .id("session.reset")
            .summary("Puts the session back to the pristine world, or parts of it")
            .takes([&SESSION as _, &HEADER as _, &WHAT as _])
            .handler(reset),
    ]
}

/// What a session consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
enum Part {
    /// Store, ids, random sequence, tokens, outbox.
    Data,
    /// Definitions and activation as when the session was made, counters and states at their start; and the quirks: how
    /// the services behave.
    Scenarios,
    Journal,
    Clock,
}

impl FromText for Part {
    const EXPECTS: Expects = Expects::OneOf(Self::VARIANTS);

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn into_sql(self) -> Value {
        Value::Text(<&str>::from(self).to_owned())
    }
}

fn reset(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    Body::read(call)?.finish()?;
    let parts = call.get(&WHAT);
    let has = |part| parts.is_empty() || parts.contains(&part);
    if has(Part::Data) {
        session.reset_data(installation.sessions.world())?;
    }
    if has(Part::Scenarios) {
        session.stage.reset();
        session.reset_quirks();
    }
    if has(Part::Clock) {
        session.reset_clock();
    }
    if has(Part::Journal) {
        session.clear_journal();
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
