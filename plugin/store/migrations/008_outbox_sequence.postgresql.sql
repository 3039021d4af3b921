-- Instances capture at the same time: the number comes from a sequence, in order for each key.
CREATE SEQUENCE outbox_sequence;
SELECT setval('outbox_sequence', (SELECT COALESCE(MAX(sequence), 0) + 1 FROM outbox), false);
