-- What tells of patients lies sealed from here on; what must be found is searched by a keyed hash. Rows
-- that are there are sealed by the program right after the migrations; the wards are read again.
ALTER TABLE statement ADD COLUMN patient_hash TEXT NOT NULL DEFAULT '';
DROP INDEX statement_patient;
CREATE INDEX statement_patient ON statement (connection, patient_hash);

ALTER TABLE companion_resource ADD COLUMN subject_hash TEXT NOT NULL DEFAULT '';
DROP INDEX companion_resource_subject;
CREATE INDEX companion_resource_subject ON companion_resource (type, subject_hash, last_updated);

DROP TABLE ward_row;
CREATE TABLE ward_row (
    connection     TEXT NOT NULL,
    unit           TEXT NOT NULL,
    encounter_hash TEXT NOT NULL,
    position       INTEGER NOT NULL,     -- in the order of the worklist
    patient_hash   TEXT NOT NULL,
    started        BIGINT NOT NULL,      -- the start of the stay, for its order
    data           TEXT NOT NULL,        -- JSON, sealed
    PRIMARY KEY (connection, unit, encounter_hash)
);
CREATE INDEX ward_row_patient ON ward_row (connection, patient_hash, started);
DELETE FROM ward_state;
