//! The doors: they bring requests to the emulator and carry replies away.

mod delivery;
pub mod door;
pub mod http;
pub mod listen;
