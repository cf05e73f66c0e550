-- What institutions and collections are found by: one row for each, under the number that it has in gbif_entity.
CREATE TABLE gbif_grscicoll (
    id              INTEGER PRIMARY KEY,
    key             TEXT NOT NULL,
    kind            TEXT NOT NULL,
    created         TEXT NOT NULL,
    deleted         TEXT,
    -- NULL for the few that have none.
    code            TEXT,
    folded_code     TEXT,
    name            TEXT NOT NULL,
    -- Lower case, without accents and blanks.
    folded_name     TEXT NOT NULL,
    -- One of 64 bits for each three letters of the name, to pass over those that are much different.
    name_sketch     INTEGER NOT NULL,
    -- Of the address, or of the mailing address where that has none.
    country         TEXT,
    region          TEXT,
    city            TEXT,
    folded_city     TEXT,
    physical_country TEXT,
    mailing_country TEXT,
    physical_city   TEXT,
    mailing_city    TEXT,
    active          INTEGER NOT NULL,
    displayed       INTEGER NOT NULL,
    personal        INTEGER NOT NULL,
    -- An institution's own key, a collection's institution.
    institution     TEXT,
    replaced_by     TEXT,
    master_source   TEXT NOT NULL,
    source          TEXT,
    source_id       TEXT,
    specimens       INTEGER,
    occurrences     INTEGER,
    types           INTEGER,
    latitude        REAL,
    longitude       REAL
) STRICT;

-- What they may have several of: concepts with all that contain them, alternative codes, ways to reach contacts.
CREATE TABLE gbif_grscicoll_term (
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (field, value, entry)
) STRICT, WITHOUT ROWID;

-- Their words, in columns of falling weight; rows have the numbers of gbif_grscicoll.
CREATE VIRTUAL TABLE gbif_grscicoll_text USING fts5 (
    heading, body, place, mailing,
    -- One word of their kind, unless they are deleted.
    standing,
    prefix = '2 3', tokenize = 'porter unicode61 remove_diacritics 2'
);

-- The words of each of their contact persons; an entry's are numbered from 1024 times its own number on.
CREATE VIRTUAL TABLE gbif_grscicoll_person USING fts5 (
    words,
    prefix = '2 3', tokenize = 'porter unicode61 remove_diacritics 2'
);

-- What visitors and editors suggest to make, change, delete, merge or convert.
CREATE TABLE gbif_grscicoll_suggestion (
    key      INTEGER PRIMARY KEY,
    -- `institution` or `collection`.
    kind     TEXT NOT NULL,
    type     TEXT    GENERATED ALWAYS AS (doc ->> 'type') STORED,
    status   TEXT    GENERATED ALWAYS AS (doc ->> 'status') STORED,
    -- The entity that it is about; none if it is to be made.
    entity   TEXT    GENERATED ALWAYS AS (doc ->> 'entityKey') STORED,
    proposed TEXT    GENERATED ALWAYS AS (doc ->> 'proposed') STORED,
    email    TEXT    GENERATED ALWAYS AS (doc ->> 'proposerEmail') STORED,
    irn      TEXT    GENERATED ALWAYS AS (doc ->> 'ihIdentifier') STORED,
    -- Of the entity that it is about, or that it suggests.
    country  TEXT,
    doc      TEXT NOT NULL
) STRICT;

-- Who did what: one row for each event.
CREATE TABLE gbif_grscicoll_audit (
    key         INTEGER PRIMARY KEY,
    -- The same for all events of one request.
    trace       INTEGER NOT NULL,
    -- `INSTITUTION` or `COLLECTION`.
    kind        TEXT NOT NULL,
    -- The kind of part, where one was concerned: `Identifier`.
    part        TEXT,
    operation   TEXT NOT NULL,
    entity      TEXT,
    part_key    TEXT,
    replacement TEXT,
    created     TEXT NOT NULL,
    created_by  TEXT,
    -- JSON as text, before and after.
    pre_state   TEXT,
    post_state  TEXT
) STRICT;
