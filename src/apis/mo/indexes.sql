-- None of them is partial: SQLite then looks at the values that a query binds, and prepares the query anew for each.

CREATE INDEX mo_names_text_name ON mo_names (text_name);
CREATE INDEX mo_names_synonym ON mo_names (synonym_id);
CREATE INDEX mo_locations_name ON mo_locations (name);
CREATE INDEX mo_observations_name ON mo_observations (name_id);
CREATE INDEX mo_observations_user ON mo_observations (user_id);
CREATE INDEX mo_observations_location ON mo_observations (location_id);
CREATE INDEX mo_observations_when ON mo_observations (`when`);
CREATE INDEX mo_observations_thumb_image ON mo_observations (thumb_image_id);
CREATE INDEX mo_observations_occurrence ON mo_observations (occurrence_id);
CREATE INDEX mo_namings_observation ON mo_namings (observation_id);
CREATE INDEX mo_namings_name ON mo_namings (name_id);
CREATE INDEX mo_votes_observation ON mo_votes (observation_id);
CREATE INDEX mo_images_user ON mo_images (user_id);
CREATE INDEX mo_images_when ON mo_images (`when`);
CREATE INDEX mo_observation_images_image ON mo_observation_images (image_id);
CREATE INDEX mo_comments_target ON mo_comments (target_type, target_id);
CREATE INDEX mo_observation_collection_numbers_number ON mo_observation_collection_numbers (collection_number_id);
CREATE INDEX mo_observation_herbarium_records_record ON mo_observation_herbarium_records (herbarium_record_id);
CREATE INDEX mo_herbarium_records_herbarium ON mo_herbarium_records (herbarium_id);
CREATE INDEX mo_sequences_observation ON mo_sequences (observation_id);
CREATE INDEX mo_species_list_observations_observation ON mo_species_list_observations (observation_id);
CREATE INDEX mo_project_observations_observation ON mo_project_observations (observation_id);
CREATE INDEX mo_project_images_image ON mo_project_images (image_id);
CREATE INDEX mo_project_species_lists_list ON mo_project_species_lists (species_list_id);
CREATE INDEX mo_occurrences_field_slip ON mo_occurrences (field_slip_id);
CREATE INDEX mo_external_links_observation ON mo_external_links (observation_id);
CREATE INDEX mo_api_keys_user ON mo_api_keys (user_id);
