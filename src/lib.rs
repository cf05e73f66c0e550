//! Wardian: a self-hosted emulator of the web APIs that biodiversity software is built on.
//!
//! A request comes in by a door ([`serve`]), is answered by the [`emulator`] with what the [`apis`] declare by means
//! of the [`kit`], on the state that the [`store`] keeps for its [`session`], unless the rules of a [`scenario`] want it
//! otherwise. The data are those of the synthetic [`world`], brought into the store by [`seeding`]. The [`control`] plane
//! and the commands of [`cli`] steer it.

pub mod apis;
pub mod cli;
pub mod control;
pub mod emulator;
pub mod kit;
pub mod scenario;
pub mod seeding;
pub mod serve;
pub mod session;
pub mod store;
pub mod world;
