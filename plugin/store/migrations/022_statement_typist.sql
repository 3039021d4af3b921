-- Who typed a statement: never the one who said it. Goes into the EHR as Provenance where that takes one.
CREATE TABLE statement_typist (
    connection TEXT NOT NULL,
    id         TEXT NOT NULL,            -- the statement's
    reference  TEXT NOT NULL,            -- in the EHR, sealed; '' where unknown
    name       TEXT NOT NULL,            -- sealed; '' where unknown
    PRIMARY KEY (connection, id)
);
