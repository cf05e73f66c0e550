//! Wardian: the web APIs that biodiversity software is built on, emulated.

pub mod kit;
pub mod store;
