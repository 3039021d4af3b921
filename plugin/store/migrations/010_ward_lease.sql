-- One instance reads a unit at a time: the one that holds its lease. Who writes under a fence that is
-- no longer the row's has lost it, and writes nothing.
CREATE TABLE ward_lease (
    connection   TEXT NOT NULL,
    unit         TEXT NOT NULL,
    fence        BIGINT NOT NULL,        -- one more with each lease
    leased_until BIGINT NOT NULL,        -- 0: nobody has it
    due          BIGINT NOT NULL,        -- when the next reading may begin
    PRIMARY KEY (connection, unit)
);
-- When the list was last found to be another, and a keyed hash of what it was then.
ALTER TABLE ward_state ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ward_state ADD COLUMN content TEXT NOT NULL DEFAULT '';
