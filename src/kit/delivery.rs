//! How an answer is sent when something on its way goes wrong.

use std::num::NonZeroU64;
use std::time::Duration;

/// How an answer is to be sent; the default is at once, as fast as the client takes it, and whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Real time that passes before the first byte.
    pub delay: Duration,
    /// Bytes a second of the body.
    pub rate: Option<NonZeroU64>,
    pub ending: Ending,
}

/// How much of an answer arrives, and how its connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// All of it, and the connection may serve the next request.
    #[default]
    Whole,
    /// A TCP reset before any byte.
    Reset,
    /// The end of the connection before any byte.
    Close,
    /// The headers, a part of the body, and the end of the connection.
    ///
    /// The length told is that of the whole; a body without a length known beforehand lacks its last chunk.
    CutBody,
    /// No byte until the client gives up, or for [`LONGEST_HANG`].
    Hang,
    /// The whole body, a length that promises more, and the end of the connection.
    Overlong,
}

/// How long a client that does not give up is left without a byte.
pub const LONGEST_HANG: Duration = Duration::from_mins(10);

impl Ending {
    /// Whether the client gets at least the status and headers.
    pub fn sends_head(self) -> bool {
        matches!(self, Self::Whole | Self::CutBody | Self::Overlong)
    }
}
