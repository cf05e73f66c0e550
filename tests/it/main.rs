//! Facts about the emulated services and about wardian, through its public doors.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say so")]
#![allow(clippy::needless_pass_by_value, reason = "tests hand over what they just made")]

mod binary;
mod control;
mod every_endpoint;
mod gbif;
mod kit;
mod layering;
mod mo;
mod scenario;
mod serve;
mod store;
mod support;
mod tbia;
mod world;
