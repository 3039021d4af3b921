-- FHIR resources that the EHR could not take.
CREATE TABLE companion_resource (
    type         TEXT NOT NULL,
    id           TEXT NOT NULL,
    connection   TEXT NOT NULL,
    subject      TEXT NOT NULL,          -- Type/id
    json         TEXT NOT NULL,
    last_updated BIGINT NOT NULL,
    PRIMARY KEY (type, id)
);
CREATE INDEX companion_resource_subject ON companion_resource (type, subject, last_updated);
CREATE INDEX companion_resource_newest ON companion_resource (type, last_updated);
