//! The integration tests, in one binary.

#![allow(clippy::unwrap_used, reason = "in a test, what fails should panic")]

mod store;
