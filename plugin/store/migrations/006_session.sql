-- Launches under way, the browsers that a launch has signed in, and the pages that they opened. May be
-- emptied at any time: whoever works is then asked to open the page from the EHR again.
--
-- Tokens of ours are kept as SHA-256 alone; what is sealed cannot be read without the data key.
CREATE TABLE launch_state (
    state      TEXT PRIMARY KEY,          -- SHA-256 of `state`
    content    TEXT NOT NULL,             -- sealed
    expires    BIGINT NOT NULL
);
CREATE INDEX launch_state_expires ON launch_state (expires);
CREATE TABLE browser_session (
    id         TEXT PRIMARY KEY,          -- SHA-256 of the cookie
    connection TEXT NOT NULL,
    owner      TEXT NOT NULL,             -- SHA-256 of the user: a launch by somebody else ends it
    begun      BIGINT NOT NULL,           -- by its newest launch
    used       BIGINT NOT NULL
);
CREATE INDEX browser_session_used ON browser_session (used);
CREATE TABLE launch_grant (
    id           TEXT PRIMARY KEY,
    session      TEXT NOT NULL,           -- browser_session.id
    content      TEXT NOT NULL,           -- sealed: the tokens
    expires      BIGINT NOT NULL,         -- of the access token
    leased_until BIGINT NOT NULL          -- one instance has it to refresh until then
);
CREATE INDEX launch_grant_session ON launch_grant (session);
CREATE TABLE page_context (
    session      TEXT NOT NULL,           -- browser_session.id
    token        TEXT NOT NULL,           -- SHA-256 of the page's token
    content      TEXT NOT NULL,           -- sealed: what the page is about
    opened       BIGINT NOT NULL,         -- by the launch; a page opened from a page keeps its
    used         BIGINT NOT NULL,
    PRIMARY KEY (session, token)
);
