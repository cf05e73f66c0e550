-- `deleted` stands in indexes whose condition names it, or SQLite would read the row to see it.
CREATE INDEX gbif_entity_live ON gbif_entity (kind, created DESC, key, deleted) WHERE deleted IS NULL;
CREATE INDEX gbif_entity_deleted ON gbif_entity (kind, created DESC, key, deleted) WHERE deleted IS NOT NULL;
CREATE INDEX gbif_entity_type ON gbif_entity (kind, type, created DESC, key, organization, deleted) WHERE deleted IS NULL;
CREATE INDEX gbif_entity_publisher ON gbif_entity (organization, kind, type, created, key, deleted) WHERE deleted IS NULL;
CREATE INDEX gbif_entity_country ON gbif_entity (country, kind) WHERE country IS NOT NULL;
CREATE INDEX gbif_entity_installation ON gbif_entity (installation) WHERE installation IS NOT NULL;
CREATE INDEX gbif_entity_node ON gbif_entity (node) WHERE node IS NOT NULL;
CREATE INDEX gbif_entity_duplicate ON gbif_entity (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX gbif_entity_doi ON gbif_entity (doi) WHERE doi IS NOT NULL;
CREATE INDEX gbif_entity_title ON gbif_entity (kind, title, key, deleted) WHERE deleted IS NULL;
CREATE INDEX gbif_part_identifier ON gbif_part (identifier, entity) WHERE identifier IS NOT NULL;
CREATE INDEX gbif_entity_modified ON gbif_entity (kind, modified, created DESC, key, deleted) WHERE deleted IS NULL;
CREATE INDEX gbif_part_namespace ON gbif_part (namespace, entity) WHERE namespace IS NOT NULL;
CREATE INDEX gbif_process_started ON gbif_process (started);
CREATE INDEX gbif_hit_size ON gbif_hit (size DESC, created DESC, key);
CREATE INDEX gbif_hit_key ON gbif_hit (key);
CREATE INDEX gbif_part_type ON gbif_part (name, type, entity) WHERE name = 'identifier';
CREATE INDEX gbif_hit_title ON gbif_hit (folded_title, key);
-- Writes merge the pieces that they add, once there are so many of them.
INSERT INTO gbif_text (gbif_text) VALUES ('optimize');
INSERT INTO gbif_text (gbif_text, rank) VALUES ('usermerge', 8);
INSERT INTO gbif_title (gbif_title) VALUES ('optimize');
INSERT INTO gbif_title (gbif_title, rank) VALUES ('usermerge', 8);
