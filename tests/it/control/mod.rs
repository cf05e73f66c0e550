//! The control plane, and what it steers.

mod endpoints;
mod guard;
mod isolation;
mod journal;
mod masking;
mod metrics;
mod overview;
mod pages;
mod reset;
mod sessions;
