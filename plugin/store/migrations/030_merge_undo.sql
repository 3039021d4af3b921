-- A merge is followed when the EHR has said so twice, and can be taken back: what moved is on record.
ALTER TABLE patient_merge ADD COLUMN state TEXT NOT NULL DEFAULT 'followed'
    CHECK (state IN ('said', 'followed', 'undone'));
-- The Patient id of the record that is no longer used, sealed; '' of merges of earlier versions.
ALTER TABLE patient_merge ADD COLUMN patient TEXT NOT NULL DEFAULT '';
-- What moved: "statement/urn:uuid:…", "outbox/…" and "companion/Observation/…", a line each.
ALTER TABLE patient_merge ADD COLUMN moved TEXT NOT NULL DEFAULT '';
