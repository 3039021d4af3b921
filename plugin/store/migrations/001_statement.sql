-- Statements recorded here, whether or not they have reached the EHR.
--
-- In every table: no column is NULL, an empty text or a 0 says "none"; times are milliseconds since
-- 1970 in UTC; booleans are 0 or 1; FHIR dates keep the text that they were written in.
CREATE TABLE statement (
    connection        TEXT NOT NULL,
    id                TEXT NOT NULL,      -- urn:uuid:…
    patient           TEXT NOT NULL,      -- Patient id
    encounter         TEXT NOT NULL,
    aspect            TEXT NOT NULL,
    words             TEXT NOT NULL,
    absent            TEXT NOT NULL,
    language          TEXT NOT NULL,
    said              TEXT NOT NULL,      -- FHIR dateTime
    recorded          TEXT NOT NULL,      -- FHIR instant
    speaker           TEXT NOT NULL,      -- patient, related-person
    speaker_name      TEXT NOT NULL,
    speaker_reference TEXT NOT NULL,
    method            TEXT NOT NULL,
    note              TEXT NOT NULL,
    keep_to_team      SMALLINT NOT NULL,
    retracted         SMALLINT NOT NULL,
    location          TEXT NOT NULL,
    PRIMARY KEY (connection, id)
);
CREATE INDEX statement_patient ON statement (connection, patient);
