//! The control plane, and what it steers.

mod changes;
mod clock;
mod endpoints;
mod guard;
mod har;
mod isolation;
mod journal;
mod masking;
mod metrics;
mod outbox;
mod overview;
mod pages;
mod quirks;
mod reset;
mod services;
mod sessions;
mod snapshots;
mod stream;
