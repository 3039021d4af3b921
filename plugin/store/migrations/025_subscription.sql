-- A notification of the EHR asks for a reading before the unit is due by itself: when it may begin, 0
-- where none is asked for; and how long the EHR is left alone after the last one.
ALTER TABLE ward_lease ADD COLUMN wanted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ward_lease ADD COLUMN rests_until BIGINT NOT NULL DEFAULT 0;
-- How far each subscription has come, so that a gap in its numbers is seen, by whichever instance.
CREATE TABLE subscription (
    connection TEXT NOT NULL,
    name       TEXT NOT NULL,            -- as the EHR calls it: Subscription/id
    last_event BIGINT NOT NULL,          -- the highest number heard, 0: none
    heard_at   BIGINT NOT NULL,
    PRIMARY KEY (connection, name)
);
