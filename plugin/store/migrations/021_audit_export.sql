-- How far the audit trail has been handed to a repository of others; one instance at a time does it.
CREATE TABLE audit_export (
    repository   TEXT PRIMARY KEY,       -- the id of its connection
    sent         BIGINT NOT NULL,        -- up to this event all are there
    in_doubt     BIGINT NOT NULL,        -- up to this one a try was begun: they may be there
    attempts     BIGINT NOT NULL,        -- tries that failed since the last that did not
    leased_until BIGINT NOT NULL,
    due          BIGINT NOT NULL         -- when the next try may begin
);
