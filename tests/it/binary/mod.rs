//! The program as its users start it.

mod command_line;
mod container;
mod crowd;
mod mushroom_observer;
mod scenarios;
mod serving;
mod worlds;
