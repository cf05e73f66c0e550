//! Facts about GRSciColl.

mod merge;
mod seed;
mod suggestions;

use super::{admin, anybody, as_user, key_of, keys};
