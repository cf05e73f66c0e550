//! What a rule does to an answer, one effect a file.

pub mod body;
mod document;
pub mod paging;
pub mod records;
