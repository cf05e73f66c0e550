//! Where the live service differs from its documentation (contracts 10).

use crate::kit::quirk::Quirk;

pub static BARE_PATHS: Quirk = Quirk {
    name: "gbif.bare_paths_refused",
    summary: "A comment to delete and a constituent of a network are named in the path alone: without, it is 405.",
};

pub static BROKEN_REFERENCES: Quirk = Quirk {
    name: "gbif.broken_references_fail",
    summary: "In GRSciColl unknown institutions, entities of a new part and suggestions are failures of the database: 500.",
};

pub static CONTACT_KEYS: Quirk = Quirk {
    name: "gbif.contact_keys_refused",
    summary: "`contact` of GRSciColl lists takes UUIDs alone; the key of a contact person is 400.",
};

pub static DATE_TO: Quirk = Quirk {
    name: "gbif.date_to_is_midnight",
    summary: "`dateTo` of the audit log leaves out the day that it names.",
};

pub static DUPLICATES: Quirk = Quirk {
    name: "gbif.duplicates_ignore_institutions",
    summary: "`sameInstitution`, `inInstitutions` and `notInInstitutions` do not narrow possible duplicates.",
};

pub static FACET_LIMIT: Quirk = Quirk {
    name: "gbif.facet_limit",
    summary: "A facet of the dataset search gives ten values unless `facetLimit` says otherwise, documented are a hundred.",
};

pub static INSTALLATION_TYPE: Quirk = Quirk {
    name: "gbif.installation_type_ignored",
    summary: "Installations are not narrowed by the documented `installationType`, only by `type`.",
};

pub static ADDRESS_KEYS: Quirk = Quirk {
    name: "gbif.keyless_address_detached",
    summary: "A PUT with an address that does not name the key of the stored one takes the address away.",
};

pub static KEYWORD_CASE: Quirk = Quirk {
    name: "gbif.keyword_case",
    summary: "`keyword` of the dataset search finds keywords in the same case alone.",
};

pub static MACHINE_TAG_AUTH: Quirk = Quirk {
    name: "gbif.machine_tag_auth",
    summary: "To delete a machine tag by its number takes a right on its namespace, documented is that anybody may.",
};

pub static MERGE_MOVES: Quirk = Quirk {
    name: "gbif.merge_moves_twenty",
    summary: "Of the collections of an institution that is merged or converted only twenty move.",
};

pub static OLDER_CONCEPTS: Quirk = Quirk {
    name: "gbif.older_concepts_unknown",
    summary: "Older names of concepts (`ARCHAEOLOGY_PREHISTORIC`) find nothing in GRSciColl and are refused in bodies.",
};

pub static REPLACED_BY: Quirk = Quirk {
    name: "gbif.replaced_by_ignored",
    summary: "`replacedBy` does not narrow lists of GRSciColl.",
};

pub static ALL: [&Quirk; 13] = [
    &BARE_PATHS,
    &BROKEN_REFERENCES,
    &CONTACT_KEYS,
    &DATE_TO,
    &DUPLICATES,
    &FACET_LIMIT,
    &INSTALLATION_TYPE,
    &ADDRESS_KEYS,
    &KEYWORD_CASE,
    &MACHINE_TAG_AUTH,
    &MERGE_MOVES,
    &OLDER_CONCEPTS,
    &REPLACED_BY,
];
