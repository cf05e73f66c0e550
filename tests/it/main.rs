//! Facts about the emulated services and about wardian, through its public doors.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say so")]

mod every_endpoint;
mod mo;
mod support;
