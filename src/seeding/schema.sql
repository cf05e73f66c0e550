-- What the session itself keeps; one row.
CREATE TABLE wardian_state (
    world_seed INTEGER NOT NULL,
    scale      TEXT NOT NULL,
    drawn      INTEGER NOT NULL -- how many words of the session's random sequence were used
) STRICT;

-- How many records each API was seeded with.
CREATE TABLE wardian_records (
    api   TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT;

-- The mails that a real service would have sent.
CREATE TABLE wardian_mail (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    time      TEXT NOT NULL,
    api       TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject   TEXT NOT NULL,
    text      TEXT NOT NULL,
    link      TEXT
) STRICT;
