//! Where the live service differs from its documentation (contract 10).

use crate::kit::quirk::Quirk;

pub static ACCEPT_ANYTHING_AS_XML: Quirk = Quirk {
    name: "mo.accept_anything_as_xml",
    summary: "A bare `Accept: */*`, as curl and Python's requests send it, gets XML.",
};

pub static API_KEYS_FOR_USER_ONLY: Quirk = Quirk {
    name: "mo.api_keys_for_user_only",
    summary: "POST api_keys knows `for_user` and not the documented `user`, and always needs `app`.",
};

pub static DELETE_USERS: Quirk =
    Quirk { name: "mo.delete_users", summary: "DELETE users closes the caller's own account." };

pub static NO_ID_RANGES: Quirk = Quirk {
    name: "mo.no_id_ranges",
    summary: "`id` takes numbers and lists of them, ranges such as `12300-12400` are refused.",
};

pub static NO_LOCATIONS_PARAMETER: Quirk = Quirk {
    name: "mo.no_locations_parameter",
    summary: "Observations are not selected by the documented `locations`, which is an unexpected parameter.",
};

pub static PREFIX_AS_PROJECT_TITLE: Quirk = Quirk {
    name: "mo.prefix_as_project_title",
    summary: "In JSON a project that has a field slip prefix shows it as its title.",
};

pub static USER_PATCH_RESETS: Quirk = Quirk {
    name: "mo.user_patch_resets",
    summary: "PATCH users puts notes, mailing address and locale back to their defaults unless it sets them.",
};

pub static ALL: [&Quirk; 7] = [
    &ACCEPT_ANYTHING_AS_XML,
    &API_KEYS_FOR_USER_ONLY,
    &DELETE_USERS,
    &NO_ID_RANGES,
    &NO_LOCATIONS_PARAMETER,
    &PREFIX_AS_PROJECT_TITLE,
    &USER_PATCH_RESETS,
];
