//! `connection`: what happens to the connection instead of a whole answer.

use strum::{EnumString, VariantNames};

use crate::kit::delivery::Ending;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Connection {
    Reset,
    Close,
    CloseMidBody,
    Hang,
}

impl Connection {
    pub fn ending(self) -> Ending {
        match self {
            Self::Reset => Ending::Reset,
            Self::Close => Ending::Close,
            Self::CloseMidBody => Ending::CutBody,
            Self::Hang => Ending::Hang,
        }
    }
}
