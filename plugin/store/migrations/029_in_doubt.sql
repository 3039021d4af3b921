-- Of an entry that failed: whether it may be in the EHR all the same, and neither the EHR nor we can tell.
-- A person must look before it is sent again.
ALTER TABLE outbox ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1));
