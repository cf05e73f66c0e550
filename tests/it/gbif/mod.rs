//! Facts about the GBIF Registry.

mod entity;
