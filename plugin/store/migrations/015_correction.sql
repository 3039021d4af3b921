-- What corrects what. The statement that another one stands for now; sealed.
ALTER TABLE statement ADD COLUMN replaces TEXT NOT NULL DEFAULT '';
-- The entry whose resource this one marks as entered in error; and the other way round.
ALTER TABLE outbox ADD COLUMN corrects TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN corrected_by TEXT NOT NULL DEFAULT '';
