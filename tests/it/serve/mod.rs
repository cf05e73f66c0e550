//! The door, seen from the socket.

mod delivery;
mod refused;
