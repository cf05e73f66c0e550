//! The doors: they bring requests to the emulator and carry replies away.

pub mod http;
pub mod listen;
