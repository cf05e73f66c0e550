//! Failure on demand: what is done to the answers of the emulated services.

pub mod effect;
