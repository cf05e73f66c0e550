CREATE UNIQUE INDEX tbia_occurrence_by_id ON tbia_occurrence (id);
CREATE INDEX tbia_occurrence_by_occurrence_id ON tbia_occurrence (occurrenceID) WHERE occurrenceID IS NOT NULL;
CREATE INDEX tbia_occurrence_by_catalog_number ON tbia_occurrence (catalogNumber) WHERE catalogNumber IS NOT NULL;
CREATE INDEX tbia_occurrence_by_record_number ON tbia_occurrence (recordNumber) WHERE recordNumber IS NOT NULL;
CREATE INDEX tbia_occurrence_by_dataset ON tbia_occurrence (dataset, standardDate);
CREATE INDEX tbia_occurrence_by_taxon ON tbia_occurrence (taxon, standardDate, area, dataset);
CREATE INDEX tbia_occurrence_by_area ON tbia_occurrence (area, standardDate, taxon);
CREATE INDEX tbia_occurrence_by_identification ON tbia_occurrence (identification);
CREATE INDEX tbia_occurrence_by_locality ON tbia_occurrence (locality);
CREATE INDEX tbia_occurrence_by_recorder ON tbia_occurrence (recorder);
CREATE INDEX tbia_occurrence_by_date ON tbia_occurrence (standardDate, taxon, dataset);
-- With what the map groups and filters by, so that it need not look at the records.
CREATE INDEX tbia_occurrence_by_place ON tbia_occurrence
    (standardLatitude, standardLongitude, taxon, area, standardDate)
    WHERE standardLatitude IS NOT NULL;

-- How many records there are of each combination of what is often asked for, with the first and the last of them.
-- The columns are named as in the records, so that a condition fits both.
CREATE TABLE tbia_tally_of_imports AS
    SELECT dataset, created, modified, count(*) AS records, min(number) AS first, max(number) AS last
    FROM tbia_occurrence GROUP BY dataset, created, modified;
CREATE TABLE tbia_tally_of_kinds AS
    SELECT dataset, taxon, area, count(*) AS records, min(number) AS first, max(number) AS last
    FROM tbia_occurrence GROUP BY taxon, dataset, area;
CREATE TABLE tbia_tally_of_days AS
    SELECT standardDate, count(*) AS records, min(number) AS first, max(number) AS last
    FROM tbia_occurrence GROUP BY standardDate;
CREATE INDEX tbia_tally_of_kinds_by_taxon ON tbia_tally_of_kinds (taxon, dataset);
CREATE INDEX tbia_tally_of_kinds_by_area ON tbia_tally_of_kinds (area);
CREATE INDEX tbia_tally_of_days_by_day ON tbia_tally_of_days (standardDate);

UPDATE tbia_dataset SET
    occurrenceCount = counted.records, datasetDateStart = counted.first_day, datasetDateEnd = counted.last_day
FROM (
    SELECT dataset, count(*) AS records, min(standardDate) AS first_day, max(standardDate) AS last_day
    FROM tbia_occurrence GROUP BY dataset
) AS counted
WHERE counted.dataset = tbia_dataset.number;

UPDATE tbia_dataset SET datasetTaxonGroup = (
    SELECT group_concat(bioGroup, ',') FROM (
        SELECT DISTINCT bioGroup FROM tbia_tally_of_kinds JOIN tbia_taxon ON tbia_taxon.number = taxon
        WHERE dataset = tbia_dataset.number AND bioGroup IS NOT NULL ORDER BY bioGroup
    )
);
