//! What all APIs share, shown with a herbarium.

mod cross_origin;
mod failing;
mod habits;
mod routing;
mod writing;
