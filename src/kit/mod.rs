//! What an API is built from; knows no API.

pub mod geometry;
