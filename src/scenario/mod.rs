//! Failure on demand: what is done to requests and answers of the emulated services, and when.
//!
//! A [`Scenario`](definition::Scenario) is a list of rules, read from YAML or JSON with the place of every fault
//! ([`node`], [`read`]). A rule says which requests it is about ([`matching`]), when of these it fires ([`trigger`]), and
//! what then happens ([`effect`]). The [`Repertoire`](repertoire::Repertoire) holds what every session finds, a
//! [`Stage`](stage::Stage) what stands in one session; for each request it makes a [`Plot`](stage::Plot), which the
//! emulator carries out.

pub mod anything;
pub mod definition;
pub mod effect;
pub mod matching;
pub mod node;
pub mod place;
pub mod plain;
pub mod read;
pub mod repertoire;
pub mod stage;
pub mod trigger;
pub mod vocabulary;
