-- Tables and columns carry the service's own names, since the `query` of every answer shows them.
-- Times are UTC text, `YYYY-MM-DD HH:MM:SS`; days are `YYYY-MM-DD`.

CREATE TABLE mo_users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT NOT NULL,
    password TEXT NOT NULL, auth_code TEXT NOT NULL DEFAULT '', verified TEXT, blocked INTEGER NOT NULL DEFAULT 0,
    admin INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    last_login TEXT, last_activity TEXT, contribution INTEGER NOT NULL DEFAULT 0,
    notes TEXT NOT NULL DEFAULT '', notes_template TEXT NOT NULL DEFAULT '',
    mailing_address TEXT NOT NULL DEFAULT '', location_id INTEGER, image_id INTEGER,
    license_id INTEGER NOT NULL DEFAULT 3, locale TEXT NOT NULL DEFAULT 'en',
    votes_anonymous INTEGER NOT NULL DEFAULT 0, keep_filenames INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE mo_api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, key TEXT NOT NULL UNIQUE,
    notes TEXT NOT NULL, created_at TEXT NOT NULL, last_used TEXT, verified TEXT,
    num_uses INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE mo_licenses (
    id INTEGER PRIMARY KEY AUTOINCREMENT, display_name TEXT NOT NULL, url TEXT NOT NULL,
    deprecated INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What a place can be in, for `region` and for checking the names of new locations.
CREATE TABLE mo_countries (name TEXT PRIMARY KEY, continent TEXT NOT NULL) STRICT;

CREATE TABLE mo_names (
    id INTEGER PRIMARY KEY AUTOINCREMENT, text_name TEXT NOT NULL, author TEXT NOT NULL DEFAULT '',
    rank INTEGER NOT NULL, deprecated INTEGER NOT NULL DEFAULT 0, correct_spelling_id INTEGER,
    synonym_id INTEGER, citation TEXT NOT NULL DEFAULT '', classification TEXT NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '', user_id INTEGER NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, num_views INTEGER NOT NULL DEFAULT 0, last_view TEXT,
    ok_for_export INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Who edited names and locations.
CREATE TABLE mo_name_versions (name_id INTEGER NOT NULL, user_id INTEGER NOT NULL) STRICT;
CREATE TABLE mo_location_versions (location_id INTEGER NOT NULL, user_id INTEGER NOT NULL) STRICT;

CREATE TABLE mo_name_descriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, num_views INTEGER NOT NULL DEFAULT 0,
    last_view TEXT, ok_for_export INTEGER NOT NULL DEFAULT 1, source_type TEXT NOT NULL,
    source_name TEXT NOT NULL DEFAULT '', license_id INTEGER NOT NULL, public INTEGER NOT NULL,
    locale TEXT NOT NULL DEFAULT 'en', gen_desc TEXT NOT NULL DEFAULT '',
    diag_desc TEXT NOT NULL DEFAULT '', distribution TEXT NOT NULL DEFAULT '',
    habitat TEXT NOT NULL DEFAULT '', look_alikes TEXT NOT NULL DEFAULT '',
    uses TEXT NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT '', refs TEXT NOT NULL DEFAULT ''
) STRICT;

-- `box_area` in square kilometres.
CREATE TABLE mo_locations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, north REAL NOT NULL, south REAL NOT NULL,
    east REAL NOT NULL, west REAL NOT NULL, box_area REAL NOT NULL, center_lat REAL NOT NULL,
    center_lng REAL NOT NULL, high REAL, low REAL, notes TEXT NOT NULL DEFAULT '',
    user_id INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    num_views INTEGER NOT NULL DEFAULT 0, last_view TEXT,
    ok_for_export INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE mo_location_descriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, location_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, num_views INTEGER NOT NULL DEFAULT 0,
    last_view TEXT, ok_for_export INTEGER NOT NULL DEFAULT 1, source_type TEXT NOT NULL,
    source_name TEXT NOT NULL DEFAULT '', license_id INTEGER NOT NULL, public INTEGER NOT NULL,
    locale TEXT NOT NULL DEFAULT 'en', gen_desc TEXT NOT NULL DEFAULT '',
    ecology TEXT NOT NULL DEFAULT '', species TEXT NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '', refs TEXT NOT NULL DEFAULT ''
) STRICT;

-- `notes` is a JSON object of fields; `where` is the place as text.
CREATE TABLE mo_observations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, `when` TEXT NOT NULL, `where` TEXT NOT NULL,
    location_id INTEGER, lat REAL, lng REAL, alt INTEGER, gps_hidden INTEGER NOT NULL DEFAULT 0,
    specimen INTEGER NOT NULL DEFAULT 0, is_collection_location INTEGER NOT NULL DEFAULT 1,
    name_id INTEGER NOT NULL, vote_cache REAL, thumb_image_id INTEGER, occurrence_id INTEGER,
    notes TEXT NOT NULL DEFAULT '{}', source TEXT NOT NULL DEFAULT 'mo_website',
    read_only INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    num_views INTEGER NOT NULL DEFAULT 0, last_view TEXT
) STRICT;

CREATE TABLE mo_namings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, observation_id INTEGER NOT NULL, name_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL, vote_cache REAL NOT NULL DEFAULT 0,
    reasons TEXT NOT NULL DEFAULT '{}', created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_votes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, naming_id INTEGER NOT NULL, observation_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL, value REAL NOT NULL
) STRICT;

CREATE TABLE mo_images (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, `when` TEXT NOT NULL,
    copyright_holder TEXT NOT NULL DEFAULT '', license_id INTEGER NOT NULL,
    notes TEXT NOT NULL DEFAULT '', original_name TEXT NOT NULL DEFAULT '',
    content_type TEXT NOT NULL, width INTEGER, height INTEGER, vote_cache REAL,
    ok_for_export INTEGER NOT NULL DEFAULT 1, diagnostic INTEGER NOT NULL DEFAULT 1, dhash TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, num_views INTEGER NOT NULL DEFAULT 0,
    last_view TEXT
) STRICT;

CREATE TABLE mo_image_votes (
    image_id INTEGER NOT NULL, user_id INTEGER NOT NULL, value INTEGER NOT NULL,
    PRIMARY KEY (image_id, user_id)
) STRICT, WITHOUT ROWID;

-- What was uploaded; seeded images are drawn instead.
CREATE TABLE mo_image_files (image_id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT;

CREATE TABLE mo_observation_images (
    observation_id INTEGER NOT NULL, image_id INTEGER NOT NULL, rank INTEGER NOT NULL,
    PRIMARY KEY (observation_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, summary TEXT NOT NULL, comment TEXT NOT NULL,
    target_type TEXT NOT NULL, target_id INTEGER NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_collection_numbers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, name TEXT NOT NULL, number TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_observation_collection_numbers (
    observation_id INTEGER NOT NULL, collection_number_id INTEGER NOT NULL,
    PRIMARY KEY (observation_id, collection_number_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_herbaria (
    id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL DEFAULT '', name TEXT NOT NULL,
    email TEXT NOT NULL DEFAULT '', mailing_address TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '', location_id INTEGER, personal_user_id INTEGER,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_herbarium_curators (
    herbarium_id INTEGER NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (herbarium_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_herbarium_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT, herbarium_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    initial_det TEXT NOT NULL DEFAULT '', accession_number TEXT NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_observation_herbarium_records (
    observation_id INTEGER NOT NULL, herbarium_record_id INTEGER NOT NULL,
    PRIMARY KEY (observation_id, herbarium_record_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_sequences (
    id INTEGER PRIMARY KEY AUTOINCREMENT, observation_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    locus TEXT NOT NULL, bases TEXT NOT NULL DEFAULT '', archive TEXT NOT NULL DEFAULT '',
    accession TEXT NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_species_lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, title TEXT NOT NULL, `when` TEXT NOT NULL,
    `where` TEXT NOT NULL, location_id INTEGER, notes TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_species_list_observations (
    species_list_id INTEGER NOT NULL, observation_id INTEGER NOT NULL,
    PRIMARY KEY (species_list_id, observation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, title TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '', field_slip_prefix TEXT, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- `trusting` members let the project's admins edit their observations.
CREATE TABLE mo_project_members (
    project_id INTEGER NOT NULL, user_id INTEGER NOT NULL, admin INTEGER NOT NULL DEFAULT 0,
    trusting INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (project_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_project_observations (
    project_id INTEGER NOT NULL, observation_id INTEGER NOT NULL,
    PRIMARY KEY (project_id, observation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_project_images (
    project_id INTEGER NOT NULL, image_id INTEGER NOT NULL, PRIMARY KEY (project_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mo_project_species_lists (
    project_id INTEGER NOT NULL, species_list_id INTEGER NOT NULL,
    PRIMARY KEY (project_id, species_list_id)
) STRICT, WITHOUT ROWID;

-- A slip belongs to its observations through an occurrence.
CREATE TABLE mo_field_slips (
    id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE, project_id INTEGER, user_id INTEGER,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_occurrences (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, primary_observation_id INTEGER NOT NULL,
    has_specimen INTEGER NOT NULL DEFAULT 0, field_slip_id INTEGER, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE mo_external_sites (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, project_id INTEGER NOT NULL,
    url_template TEXT NOT NULL
) STRICT;

CREATE TABLE mo_external_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, observation_id INTEGER NOT NULL,
    external_site_id INTEGER NOT NULL, url TEXT, external_id TEXT, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
