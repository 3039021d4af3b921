-- What an entry is to do, and who has what it wrote. Before, both were told from the type of its resource,
-- from what it corrects, and from the name of its route and the form of its location.
ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'statement'
    CHECK (kind IN ('statement', 'flag', 'correction', 'provenance', 'remove-copy'));
ALTER TABLE outbox ADD COLUMN placement TEXT NOT NULL DEFAULT 'nowhere'
    CHECK (placement IN ('nowhere', 'ehr', 'local-companion', 'remote-companion'));
-- The removal of a copy that has not ended has no route that tells it. Its id is derived from another
-- one: a UUID of version 8, while new ids are of version 4; and no statement is written down under it.
UPDATE outbox SET kind = CASE
    WHEN resource_type = 'Provenance' THEN 'provenance'
    WHEN corrects <> '' THEN 'correction'
    WHEN route = 'companion-drop' THEN 'remove-copy'
    WHEN route = '' AND substr(id, 15, 1) = '8' AND NOT EXISTS (
        SELECT 1 FROM statement WHERE statement.connection = outbox.connection
        AND statement.id = 'urn:uuid:' || outbox.id) THEN 'remove-copy'
    WHEN resource_type = 'Flag' THEN 'flag'
    ELSE 'statement' END;
UPDATE outbox SET placement = CASE
    WHEN route IN ('', 'companion-drop') THEN 'nowhere'
    WHEN route <> 'companion' THEN 'ehr'
    WHEN location LIKE '%://%' THEN 'remote-companion'
    ELSE 'local-companion' END;
