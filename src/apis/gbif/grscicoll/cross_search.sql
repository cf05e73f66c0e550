-- Relevance lies between 0 and 1, as likeness does; a whole code comes before both.
WITH hit (number, score, is_marked) AS MATERIALIZED (
    SELECT number, max(score), max(is_marked) FROM (
        SELECT found AS number, -relevance / (10 - relevance) AS score, TRUE AS is_marked FROM (
            SELECT rowid AS found, bm25(gbif_grscicoll_text, 10, 4, 2, 1) AS relevance
            FROM gbif_grscicoll_text WHERE gbif_grscicoll_text MATCH :words
        )
        UNION ALL
        SELECT id, 9.0, TRUE FROM gbif_grscicoll WHERE folded_code = :folded_code AND code = :code
        UNION ALL
        SELECT value ->> 0, value ->> 1, FALSE FROM json_each(:alike)
        UNION ALL
        SELECT id, 0.0, FALSE FROM gbif_grscicoll WHERE :all
    ) GROUP BY number
),
-- First which, then those alone with their long texts: they are read in this order, and need not be sorted.
best (number, is_marked) AS MATERIALIZED (
    SELECT hit.number, hit.is_marked
    FROM hit CROSS JOIN gbif_grscicoll AS found ON found.id = hit.number
    WHERE found.deleted IS NULL
      AND (:kind IS NULL OR found.kind = :kind)
      AND (:displayed IS NULL OR found.displayed IN (SELECT value FROM json_each(:displayed)))
      AND (:countries IS NULL
           OR found.physical_country IN (SELECT value FROM json_each(:countries))
           OR found.mailing_country IN (SELECT value FROM json_each(:countries)))
    ORDER BY hit.score DESC, found.created DESC, found.key
    LIMIT :limit
)
SELECT found.key, found.code, found.name, found.displayed, found.physical_country, found.mailing_country,
       found.kind, found.institution, home.code AS institution_code, home.name AS institution_name,
       CASE WHEN :marks THEN entity.doc END AS doc, best.is_marked
FROM best
CROSS JOIN gbif_grscicoll AS found ON found.id = best.number
CROSS JOIN gbif_entity AS entity ON entity.id = best.number
LEFT JOIN gbif_grscicoll AS home ON home.key = found.institution AND found.kind = 'collection'
