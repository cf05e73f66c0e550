//! GRSciColl: the Global Registry of Scientific Collections, with the institutions that keep them.
//!
//! **Where to read first.** Institutions and collections are two more values of the registry's [`Entity`]
//! ([`institution`], [`collection`]) that hold its parts ([`parts`]), under rules of their own ([`rules`]). [`index`]
//! keeps by what they are found, [`filters`] says how.
//! What is written beyond that: [`suggestion`], [`merge`] and [`conversion`], [`import`]; [`audit`] keeps account of it all.

mod address;
mod audit;
mod audit_log;
mod collection;
mod contact;
mod conversion;
mod cross_search;
mod duplicates;
mod error;
mod export;
mod facets;
mod filters;
pub mod gate;
mod highlight;
mod identifier;
mod import;
mod index;
mod institution;
mod lists;
mod lookup;
mod master_source;
mod merge;
mod occurrence_mapping;
mod parts;
mod resolve;
pub mod rules;
mod search;
pub mod seed;
mod similarity;
mod suggest;
mod suggestion;
mod synchronise;
mod transfer;
mod value;
mod vocabulary;
mod words;

pub use self::collection::COLLECTION;
pub use self::error::{bad_param, is_asked, is_not_there, negotiate};
pub use self::institution::INSTITUTION;
pub use self::synchronise::follow;
use super::entity::Entity;
use crate::kit::endpoint::Endpoint;

/// Both kinds.
pub static KINDS: [&Entity; 2] = [&INSTITUTION, &COLLECTION];

/// What both kinds have beyond what every entity has, and what stands beside them.
pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for kind in KINDS {
        endpoints.extend(master_source::endpoints(kind));
        endpoints.push(identifier::endpoint(kind));
        endpoints.push(suggest::endpoint(kind));
        endpoints.push(merge::endpoint(kind));
        endpoints.extend(suggestion::endpoints(kind));
        endpoints.push(search::endpoint(kind));
        endpoints.push(duplicates::endpoint(kind));
        endpoints.push(export::endpoint(kind));
    }
    endpoints.extend(lists::endpoints());
    endpoints.push(resolve::endpoint());
    endpoints.push(conversion::endpoint());
    endpoints.extend(import::endpoints());
    endpoints.push(audit_log::endpoint());
    endpoints.push(export::for_institution());
    endpoints.push(lookup::endpoint());
    endpoints.push(cross_search::endpoint());
    endpoints
}
