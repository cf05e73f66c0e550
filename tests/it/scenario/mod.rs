//! Failure on demand.

mod untouched;
