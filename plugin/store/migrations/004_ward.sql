-- The projection of each unit's encounters. The EHR holds the truth: both tables may be emptied at any
-- time, and are filled again by the next read.
CREATE TABLE ward_row (
    connection      TEXT NOT NULL,
    unit            TEXT NOT NULL,
    encounter       TEXT NOT NULL,
    position        INTEGER NOT NULL,    -- in the order of the worklist
    patient         TEXT NOT NULL,
    name            TEXT NOT NULL,
    birth_date      TEXT NOT NULL,
    gender          TEXT NOT NULL,
    status          TEXT NOT NULL,
    encounter_class TEXT NOT NULL,
    location        TEXT NOT NULL,
    start           TEXT NOT NULL,       -- FHIR dateTime
    started         BIGINT NOT NULL,     -- the same as a time, for its order
    transferred     TEXT NOT NULL,
    statements      TEXT NOT NULL,       -- JSON array of Observations
    PRIMARY KEY (connection, unit, encounter)
);
CREATE INDEX ward_row_patient ON ward_row (connection, patient, started);
CREATE TABLE ward_state (
    connection TEXT NOT NULL,
    unit       TEXT NOT NULL,
    read_at    BIGINT NOT NULL,
    fault      TEXT NOT NULL,
    problems   TEXT NOT NULL,            -- JSON array of texts
    PRIMARY KEY (connection, unit)
);
