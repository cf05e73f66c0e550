//! Facts about GRSciColl.

mod cross_search;
mod curator;
mod duplicates;
mod export;
mod lookup;
mod seed;

use super::{admin, anybody, as_user, key_of, keys};
