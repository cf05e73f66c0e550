//! All credentials that the seed made, so that every API can be tried.

use serde_json::{Map, Value};

use super::error::Error;
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::reply::Reply;
use crate::store::Transaction;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/credentials")
            .id("credentials.list")
            .summary("Lists the seeded credentials of every API")
            .takes([&SESSION as _, &HEADER as _])
            .handler(list),
    ]
}

fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let origin = sessions::origin(call, &session);
    let credentials = session.data.transact(Transaction::Read, |db| {
        let mut all = Map::new();
        for mount in installation.mounts.iter() {
            let base = format!("{origin}/{}", mount.api.name());
            let of_api = mount.api.credentials(db, &base)?;
            // An API that asks nobody who he is has none.
            if of_api.as_array().is_none_or(|list| !list.is_empty()) {
                all.insert(mount.api.name().to_owned(), of_api);
            }
        }
        Ok::<_, Error>(all)
    })?;
    Ok(call.answer(&Value::Object(credentials)))
}
