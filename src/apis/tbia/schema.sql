-- The data are read, never written, so what many records share stands once: a record is a row of numbers and of what
-- is its own. Days are whole numbers, 20211021.

-- The catalogue of names: what TaiCOL says of a taxon.
CREATE TABLE tbia_taxon (
    number             INTEGER PRIMARY KEY,
    taxonID            TEXT NOT NULL UNIQUE,
    taxonRank          TEXT NOT NULL,
    scientificName     TEXT NOT NULL,
    name_author        TEXT,
    common_name_c      TEXT,
    alternative_name_c TEXT,
    synonyms           TEXT,
    misapplied         TEXT,
    kingdom            TEXT,
    kingdom_c          TEXT,
    phylum             TEXT,
    phylum_c           TEXT,
    class              TEXT,
    class_c            TEXT,
    "order"            TEXT,
    order_c            TEXT,
    family             TEXT,
    family_c           TEXT,
    genus              TEXT,
    genus_c            TEXT,
    species            TEXT,             -- the species that it is or belongs to
    bioGroup           TEXT,
    alien_type         TEXT,
    protected          TEXT,             -- protection class: I, II, III
    is_in_taiwan       INTEGER NOT NULL
) STRICT;

-- The datasets, in the order in which the portal took them up.
CREATE TABLE tbia_dataset (
    number            INTEGER PRIMARY KEY,
    tbiaDatasetID     TEXT NOT NULL UNIQUE,
    datasetName       TEXT NOT NULL,
    rightsHolder      TEXT NOT NULL,
    sourceDatasetID   TEXT,
    gbifDatasetID     TEXT,
    resourceContacts  TEXT NOT NULL,
    recordContacts    TEXT,             -- the contacts as far as its records show them
    folded_contacts   TEXT,
    is_collection     INTEGER NOT NULL,
    license           TEXT NOT NULL,
    datasetURL        TEXT,
    datasetPublisher  TEXT,
    occurrenceCount   INTEGER NOT NULL DEFAULT 0,
    datasetDateStart  INTEGER,
    datasetDateEnd    INTEGER,
    datasetTaxonGroup TEXT,
    created           INTEGER NOT NULL,
    modified          INTEGER NOT NULL,
    is_deprecated     INTEGER NOT NULL
) STRICT;

-- What sources called an organism, and the taxon that the portal matched it to.
CREATE TABLE tbia_identification (
    number                 INTEGER PRIMARY KEY,
    taxon                  INTEGER,
    match_higher_taxon     INTEGER NOT NULL,
    sourceScientificName   TEXT,
    sourceVernacularName   TEXT,
    originalScientificName TEXT,
    scientificNameID       TEXT,
    names                  TEXT NOT NULL -- every name by which it is searched, folded, one on a line
) STRICT;

-- County and township, as the public sees them or as only holders of a key do.
CREATE TABLE tbia_area (
    number          INTEGER PRIMARY KEY,
    county          TEXT,
    municipality    TEXT,
    rawCounty       TEXT,
    rawMunicipality TEXT
) STRICT;

CREATE TABLE tbia_locality (
    number   INTEGER PRIMARY KEY,
    locality TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE tbia_recorder (
    number     INTEGER PRIMARY KEY,
    recordedBy TEXT NOT NULL UNIQUE,
    folded     TEXT NOT NULL
) STRICT;

-- The records; `number` is the rank of `id`, so that numbers are in the order of pages.
CREATE TABLE tbia_occurrence (
    number                        INTEGER PRIMARY KEY,
    id                            TEXT NOT NULL,
    dataset                       INTEGER NOT NULL,
    taxon                         INTEGER,
    identification                INTEGER NOT NULL,
    area                          INTEGER NOT NULL,
    locality                      INTEGER,
    recorder                      INTEGER,
    created                       INTEGER NOT NULL,
    modified                      INTEGER NOT NULL,
    standardDate                  INTEGER,
    standardLatitude              REAL,
    standardLongitude             REAL,
    standardOrganismQuantity      REAL,
    basisOfRecord                 TEXT,
    sensitiveCategory             TEXT,
    media_kind                    TEXT,
    typeStatus                    TEXT,
    preservation                  TEXT,
    recordNumber                  TEXT,
    catalogNumber                 TEXT,
    occurrenceID                  TEXT,
    standardRawLatitude           REAL,
    standardRawLongitude          REAL,
    associatedMedia               TEXT,
    coordinatePrecision           TEXT,
    coordinateUncertaintyInMeters TEXT,
    dataGeneralizations           INTEGER,
    eventDate                     TEXT,
    mediaLicense                  TEXT,
    organismQuantity              TEXT,
    organismQuantityType          TEXT,
    "references"                  TEXT,
    sourceCreated                 INTEGER,
    sourceModified                INTEGER,
    verbatimCoordinateSystem      TEXT,
    verbatimLatitude              TEXT,
    verbatimLongitude             TEXT,
    verbatimRawLatitude           TEXT,
    verbatimRawLongitude          TEXT,
    verbatimSRS                   TEXT
) STRICT;

CREATE TABLE tbia_key (
    apikey TEXT PRIMARY KEY,
    state  TEXT NOT NULL CHECK (state IN ('pass', 'expired'))
) STRICT, WITHOUT ROWID;
