-- The keys that patient data is sealed by, each sealed by a master key of the configuration, so that a
-- data key can be replaced while the service runs, and a master key without reading any patient data.
CREATE TABLE data_key (
    id      TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('seal', 'search')),
    created BIGINT NOT NULL,
    wrapped TEXT NOT NULL                -- 32 bytes as base64, sealed
);
