//! The program as its users start it.

mod command_line;
mod container;
mod serving;
mod worlds;
