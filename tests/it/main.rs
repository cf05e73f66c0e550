//! Facts about the emulated services and about wardian, through its public doors.

mod store;
mod support;
