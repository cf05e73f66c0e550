-- Everything that the registry keeps under a key of its own; the kinds differ only inside the document.
CREATE TABLE gbif_entity (
    id           INTEGER PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,
    kind         TEXT NOT NULL,
    -- Members of `doc` by which entities are found, from here to `doi`. They are no generated columns: SQLite reads the
    -- row of a query that names one, whatever its indexes hold.
    created      TEXT,
    modified     TEXT,
    deleted      TEXT,
    type         TEXT,
    title        TEXT,
    country      TEXT,
    -- The organization that publishes a dataset or owns an installation.
    organization TEXT,
    installation TEXT,
    node         TEXT,
    approved     INTEGER,
    parent       TEXT,
    duplicate_of TEXT,
    doi          TEXT,
    -- Where in `shown` the day of access belongs.
    day_at       INTEGER,
    -- What the registry answers, with parts and what is worked out from other rows.
    shown        TEXT NOT NULL DEFAULT '',
    -- What the entity is. The last, since it is long and what is answered is read without it.
    doc          TEXT NOT NULL
) STRICT;

-- What entities hold lists of: contacts, endpoints, identifiers, tags, machine tags, comments.
CREATE TABLE gbif_part (
    name       TEXT NOT NULL,
    key        INTEGER NOT NULL,
    entity     INTEGER NOT NULL REFERENCES gbif_entity (id),
    -- Members of `doc`, too: by what lists of entities ask for parts.
    created    TEXT,
    identifier TEXT,
    namespace  TEXT,
    type       TEXT,
    doc        TEXT NOT NULL,
    PRIMARY KEY (name, key)
) STRICT, WITHOUT ROWID;

-- The last number given to each kind of numbered thing; none is given twice.
CREATE TABLE gbif_number (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which datasets belong to which networks.
CREATE TABLE gbif_constituent (
    network TEXT NOT NULL,
    dataset TEXT NOT NULL,
    PRIMARY KEY (network, dataset)
) STRICT, WITHOUT ROWID;

-- Metadata documents as they were uploaded.
CREATE TABLE gbif_metadata (
    key     INTEGER PRIMARY KEY,
    dataset TEXT NOT NULL,
    type    TEXT NOT NULL,
    created TEXT GENERATED ALWAYS AS (doc ->> 'created') STORED,
    doc     TEXT NOT NULL,
    content BLOB NOT NULL
) STRICT;

-- How many occurrences and names a dataset has, and the metrics of checklists.
CREATE TABLE gbif_volume (
    dataset     TEXT PRIMARY KEY,
    occurrences INTEGER NOT NULL,
    names       INTEGER NOT NULL,
    metrics     TEXT
) STRICT, WITHOUT ROWID;

-- Attempts at crawling datasets.
CREATE TABLE gbif_process (
    dataset TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    started TEXT GENERATED ALWAYS AS (doc ->> 'startedCrawling') STORED,
    doc     TEXT NOT NULL,
    PRIMARY KEY (dataset, attempt)
) STRICT, WITHOUT ROWID;

-- Attempts that a scenario lets take their time, until they end.
CREATE TABLE gbif_crawl_job (
    dataset  TEXT NOT NULL,
    attempt  INTEGER NOT NULL,
    progress TEXT NOT NULL,
    PRIMARY KEY (dataset, attempt)
) STRICT, WITHOUT ROWID;

-- Attempts at synchronising an installation's metadata.
CREATE TABLE gbif_synchronisation (
    id           INTEGER PRIMARY KEY,
    installation TEXT NOT NULL,
    doc          TEXT NOT NULL
) STRICT;

-- Passwords of organizations and installations, with which IPTs log in.
CREATE TABLE gbif_password (
    entity   TEXT PRIMARY KEY,
    password TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE gbif_user (
    key        INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    email      TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL,
    last_name  TEXT NOT NULL,
    password   TEXT NOT NULL,
    settings   TEXT NOT NULL,
    -- JSON array of role names.
    roles      TEXT NOT NULL
) STRICT;

-- What editors may edit: an entity's key, a machine tag namespace, a country.
CREATE TABLE gbif_right (
    user  TEXT NOT NULL,
    kind  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user, kind, value)
) STRICT, WITHOUT ROWID;

-- One row for each dataset that can be found.
CREATE TABLE gbif_hit (
    id                 INTEGER PRIMARY KEY,
    key                TEXT NOT NULL,
    created            TEXT NOT NULL,
    modified           TEXT NOT NULL,
    type               TEXT,
    subtype            TEXT,
    license            TEXT,
    publishing_org     TEXT,
    hosting_org        TEXT,
    publishing_country TEXT,
    hosting_country    TEXT,
    endorsing_node     TEXT,
    installation       TEXT,
    project            TEXT,
    doi                TEXT,
    core_type          TEXT,
    -- The years that its temporal coverage spans.
    since              INTEGER,
    until              INTEGER,
    records            INTEGER NOT NULL,
    names              INTEGER NOT NULL,
    -- By what larger ones come first: names of checklists, records of all others.
    size               INTEGER NOT NULL,
    folded_title       TEXT NOT NULL
) STRICT;

-- The search result and the suggestion of a hit, as they are answered: apart, so that counting reads little.
CREATE TABLE gbif_found (
    id        INTEGER PRIMARY KEY,
    found     TEXT NOT NULL,
    suggested TEXT NOT NULL
) STRICT;

-- What a dataset can be found by that it may have several of.
CREATE TABLE gbif_term (
    field  TEXT NOT NULL,
    folded TEXT NOT NULL,
    value  TEXT NOT NULL,
    hit    INTEGER NOT NULL,
    PRIMARY KEY (field, folded, value, hit)
) STRICT, WITHOUT ROWID;

-- The words of every entity.
CREATE VIRTUAL TABLE gbif_text USING fts5 (
    title, keyword, organization, description, network, rest,
    tokenize = 'porter unicode61 remove_diacritics 2'
);

-- All words that are indexed, for those who misspell one.
CREATE VIRTUAL TABLE gbif_word USING fts5vocab (gbif_text, row);

-- The words of datasets' titles as they stand, for those who have typed the beginning of one.
CREATE VIRTUAL TABLE gbif_title USING fts5 (
    title, content = '', contentless_delete = 1, prefix = '1 2 3',
    tokenize = 'unicode61 remove_diacritics 2'
);
