-- One short look into an index for each way to be meant; then only those found, with how they were.
WITH candidate (number) AS (
    SELECT id FROM gbif_grscicoll WHERE folded_code = :code AND kind = :kind
    UNION
    SELECT id FROM gbif_grscicoll WHERE folded_name = :code_as_name AND kind = :kind
    UNION
    SELECT id FROM gbif_grscicoll WHERE folded_name = :id_as_name AND kind = :kind
    UNION
    SELECT id FROM gbif_grscicoll WHERE key = :key
    UNION
    SELECT entry FROM gbif_grscicoll_term WHERE field = 'plainAlternativeCode' AND value = :plain_code
    UNION
    SELECT entry FROM gbif_grscicoll_term WHERE field = 'bareIdentifier' AND value = :id
    UNION
    SELECT entry FROM gbif_grscicoll_term WHERE field = 'mappedDataset' AND value = :dataset
)
SELECT found.id, found.key, found.code, found.name, found.active,
       found.institution AS institution, home.code AS institution_code, home.name AS institution_name,
       found.folded_name IN (coalesce(:code_as_name, ''), coalesce(:id_as_name, '')) AS bears_name,
       found.key = coalesce(:key, '') AS bears_key,
       coalesce(:country, '') IN (coalesce(found.physical_country, '-'), coalesce(found.mailing_country, '-'))
           AS is_in_country,
       EXISTS (SELECT 1 FROM gbif_grscicoll_term
               WHERE field = 'plainAlternativeCode' AND value = :plain_code AND entry = found.id)
           AS bears_alternative_code,
       EXISTS (SELECT 1 FROM gbif_grscicoll_term
               WHERE field = 'bareIdentifier' AND value = :id AND entry = found.id) AS bears_id,
       EXISTS (SELECT 1 FROM gbif_grscicoll_term
               WHERE field = 'mappedDataset' AND value = :dataset AND entry = found.id) AS is_mapped,
       (coalesce(found.code, '') = :owner OR found.folded_name = :owner_as_name
        OR EXISTS (SELECT 1 FROM gbif_grscicoll_term
                   WHERE field = 'alternativeCode' AND value = :owner AND entry = found.id)
        OR EXISTS (SELECT 1 FROM gbif_part
                   WHERE identifier = :owner AND entity = found.id AND name = 'identifier')) AS is_owner
FROM candidate
CROSS JOIN gbif_grscicoll AS found ON found.id = candidate.number
LEFT JOIN gbif_grscicoll AS home ON home.key = found.institution AND found.kind = 'collection'
WHERE found.kind = :kind AND found.deleted IS NULL
ORDER BY found.id
