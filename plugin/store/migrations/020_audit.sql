-- The audit trail: who did what to whose data. Appended to, and never changed but for its seal.
CREATE TABLE audit_event (
    sequence     BIGINT PRIMARY KEY,     -- 1, 2, 3, … without gaps
    id           TEXT NOT NULL UNIQUE,   -- UUID of the AuditEvent
    recorded     BIGINT NOT NULL,
    patient_hash TEXT NOT NULL,          -- as in patient_merge, '' of none
    event        TEXT NOT NULL,          -- the AuditEvent as FHIR JSON, sealed
    previous     TEXT NOT NULL,          -- the hash of the event before
    hash         TEXT NOT NULL           -- keyed, over everything above as it was before sealing
);
CREATE INDEX audit_event_patient ON audit_event (patient_hash, sequence);
CREATE INDEX audit_event_key ON audit_event (substr(event, 1, 18));
-- Where the trail begins and ends; one row, which none has before the first event.
CREATE TABLE audit_head (
    trail       TEXT PRIMARY KEY,
    sequence    BIGINT NOT NULL,         -- of the last event
    hash        TEXT NOT NULL,           -- its own
    pruned      BIGINT NOT NULL,         -- of the last event whose time was over; 0 of none
    pruned_hash TEXT NOT NULL,
    mac         TEXT NOT NULL            -- keyed hash of all before
);
