-- A launch under way is in its `state` and its cookie alone, so that strangers who begin launches fill
-- nothing; what is remembered is which were ended. Launches that are under way now are asked to begin anew.
DROP TABLE launch_state;
CREATE TABLE launch_used (
    state      TEXT PRIMARY KEY,          -- SHA-256 of `state`
    expires    BIGINT NOT NULL
);
CREATE INDEX launch_used_expires ON launch_used (expires);
