//! Images: photos of what was observed.

mod change;
mod filters;
mod show;

use crate::apis::mo::model::Model;
use crate::apis::mo::permission;
use crate::apis::mo::table::{Create, Delete, STANDARD, Table, Update};

pub use self::change::{MD5SUM, ORIGINAL_NAME, UPLOAD_FILE, UPLOAD_URL};
pub use self::show::{moment, original_url};

pub static TABLE: Table = Table {
    name: "images",
    model: Model::Image,
    refused_as: "image",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: filters::FILTERS,
    also: None,
    show: show::show,
    create: Some(Create { parameters: change::CREATE, run: change::create }),
    update: Some(Update {
        parameters: change::UPDATE,
        check: Some(change::check),
        permit: change::permit,
        run: change::change,
    }),
    delete: Some(Delete {
        only_if: None,
        permit: permission::must_edit_image,
        run: change::destroy,
    }),
};
