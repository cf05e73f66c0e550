//! Facts about GRSciColl.

mod merge;
mod seed;

use super::{admin, anybody, as_user, key_of, keys};
