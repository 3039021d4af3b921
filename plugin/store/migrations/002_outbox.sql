-- Resources of ours on their way into the EHR, and the receipts of those that arrived.
CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,      -- UUID of the statement or the flag
    sequence      BIGINT NOT NULL UNIQUE,  -- the order in which the entries came
    connection    TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    business_key  TEXT NOT NULL,         -- entries of one key are sent in order, one at a time
    resource      TEXT NOT NULL,         -- FHIR JSON
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed', 'discarded')),
    attempts      INTEGER NOT NULL,
    may_be_there  SMALLINT NOT NULL,     -- a try ended in doubt, or never ended
    created       BIGINT NOT NULL,
    waiting_since BIGINT NOT NULL,       -- created, or retried by a person
    next_attempt  BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL,       -- a sender has it until then
    last_error    TEXT NOT NULL,
    route         TEXT NOT NULL,
    location      TEXT NOT NULL,
    remark        TEXT NOT NULL,
    skipped       TEXT NOT NULL          -- JSON: [{"route","why"}]
);
CREATE INDEX outbox_waiting ON outbox (sequence) WHERE state = 'waiting';
CREATE INDEX outbox_key ON outbox (connection, business_key, sequence) WHERE state = 'waiting';
CREATE INDEX outbox_failed ON outbox (sequence) WHERE state = 'failed';
