-- CDS Hooks. Who saw which card is not kept: a stay is a keyed hash of a user with one patient's stay.
CREATE TABLE cds_quiet_stay (
    stay  TEXT PRIMARY KEY,
    since BIGINT NOT NULL                -- asked once, or put aside
);
CREATE INDEX cds_quiet_stay_since ON cds_quiet_stay (since);
CREATE TABLE cds_shown (
    connection TEXT NOT NULL,
    service    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    day        BIGINT NOT NULL,          -- days since 1970, UTC
    cards      BIGINT NOT NULL,
    PRIMARY KEY (connection, service, kind, day)
);
CREATE TABLE cds_feedback (
    connection TEXT NOT NULL,
    card       TEXT NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('accepted', 'overridden')),
    service    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    reason     TEXT NOT NULL,            -- a code of ours, "other", or none
    at         BIGINT NOT NULL,          -- as the EHR says
    PRIMARY KEY (connection, card, outcome)
);
CREATE INDEX cds_feedback_at ON cds_feedback (at);
-- Tokens that were shown, until they expire by themselves (JWT, jti), for every instance to see.
CREATE TABLE used_token (
    token   TEXT PRIMARY KEY,            -- keyed hash of who issued it and its jti
    expires BIGINT NOT NULL
);
CREATE INDEX used_token_expires ON used_token (expires);
