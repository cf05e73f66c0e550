//! Where the live portal differs from its documentation (contract 10).

use crate::kit::quirk::Quirk;

pub static CORS_ALLOW_LIST: Quirk = Quirk {
    name: "tbia.cors_allow_list",
    summary: "No origin but a few of the portal's friends may read answers in a browser: no CORS headers are sent.",
};

pub static CURSORS_PILE_UP: Quirk = Quirk {
    name: "tbia.cursors_pile_up",
    summary: "Links repeat the cursor of the page that they stand on, so that each page followed adds another.",
};

pub static ID_AND_FILTERS: Quirk = Quirk {
    name: "tbia.id_and_filters",
    summary: "A record asked for by `id` also has to fit the text filters that are given.",
};

pub static LAST_VALUE_COUNTS: Quirk = Quirk {
    name: "tbia.last_value_counts",
    summary: "Of a repeated parameter the last value counts, a repeated taxonID finds nothing; only rightsHolder, \
              datasetName, locality and tbiaDatasetID are united, by commas.",
};

pub static MEDIA_FALSE_IGNORED: Quirk = Quirk {
    name: "tbia.media_false_ignored",
    summary: "The documented `hasMedia=false` is ignored, `n` is what finds records without media.",
};

pub static TEXTS_FOR_FLAGS: Quirk = Quirk {
    name: "tbia.texts_for_flags",
    summary: "`match_higher_taxon` is the text `True` or `False`.",
};

pub static ALL: [&Quirk; 6] = [
    &CORS_ALLOW_LIST,
    &CURSORS_PILE_UP,
    &ID_AND_FILTERS,
    &LAST_VALUE_COUNTS,
    &MEDIA_FALSE_IGNORED,
    &TEXTS_FOR_FLAGS,
];
