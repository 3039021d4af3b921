-- Records of patients that the EHR has merged into others. What was said under the old one has moved;
-- pages that were opened under it, and words still to come from them, follow.
CREATE TABLE patient_merge (
    connection   TEXT NOT NULL,
    patient_hash TEXT NOT NULL,          -- of the record that is no longer used
    survivor     TEXT NOT NULL,          -- the Patient id that took its place, sealed
    since        BIGINT NOT NULL,
    PRIMARY KEY (connection, patient_hash)
);
