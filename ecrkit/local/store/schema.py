"""The tables of the store, and the migrations between their versions."""

SCHEMA_VERSION = 2

CREATE = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE repositories (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account        TEXT NOT NULL,
    region         TEXT NOT NULL,
    name           TEXT NOT NULL,
    created_at     REAL NOT NULL,
    tag_mutability TEXT NOT NULL,
    tag_exclusions TEXT NOT NULL,     -- JSON: a list of wildcards
    scan_on_push   INTEGER NOT NULL,
    encryption     TEXT NOT NULL,     -- JSON: an EncryptionConfiguration
    resource_tags  TEXT NOT NULL,     -- JSON: key to value
    UNIQUE (account, region, name)
);

CREATE TABLE layers (
    repository_id INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
    digest        TEXT NOT NULL,
    size          INTEGER NOT NULL,
    needed_at     REAL NOT NULL,      -- when it came, or when the last image that had it went
    PRIMARY KEY (repository_id, digest)
) WITHOUT ROWID;
CREATE INDEX layers_by_digest ON layers (digest);

CREATE TABLE uploads (
    id            TEXT PRIMARY KEY,
    repository_id INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
    received      INTEGER NOT NULL,   -- bytes: the file may be longer after a crash, never shorter
    parts         INTEGER NOT NULL,
    last_part     INTEGER NOT NULL,   -- bytes of the latest part
    too_small     INTEGER NOT NULL,   -- whether a part that turned out not to be the last was below the minimum
    touched_at    REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE images (
    position            INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of pushes
    repository_id       INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
    digest              TEXT NOT NULL,
    media_type          TEXT NOT NULL,
    artifact_media_type TEXT,
    artifact_type       TEXT,
    subject             TEXT,
    annotations         TEXT NOT NULL,  -- JSON: key to value
    size                INTEGER NOT NULL,
    status              TEXT NOT NULL,
    pushed_at           REAL NOT NULL,
    pulled_at           REAL,
    archived_at         REAL,
    activated_at        REAL,
    manifest            BLOB NOT NULL,  -- last, so that a listing need not read it
    UNIQUE (repository_id, digest)
);
CREATE INDEX images_by_repository ON images (repository_id);  -- in order of position, for pages of a listing
CREATE INDEX images_in_motion ON images (status) WHERE status = 'ACTIVATING';
CREATE INDEX images_by_subject ON images (repository_id, subject);

CREATE TABLE image_layers (
    repository_id INTEGER NOT NULL,
    image_digest  TEXT NOT NULL,
    layer_digest  TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    PRIMARY KEY (repository_id, image_digest, layer_digest),
    FOREIGN KEY (repository_id, image_digest) REFERENCES images (repository_id, digest) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX image_layers_by_layer ON image_layers (repository_id, layer_digest);

CREATE TABLE image_children (
    repository_id INTEGER NOT NULL,
    parent_digest TEXT NOT NULL,
    child_digest  TEXT NOT NULL,
    PRIMARY KEY (repository_id, parent_digest, child_digest),
    FOREIGN KEY (repository_id, parent_digest) REFERENCES images (repository_id, digest) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX image_children_by_child ON image_children (repository_id, child_digest);

CREATE TABLE tags (
    position      INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL,
    name          TEXT NOT NULL,
    digest        TEXT NOT NULL,
    UNIQUE (repository_id, name),
    FOREIGN KEY (repository_id, digest) REFERENCES images (repository_id, digest) ON DELETE CASCADE
);
CREATE INDEX tags_by_digest ON tags (repository_id, digest);

CREATE TABLE registry_documents (
    account TEXT NOT NULL,
    region  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (account, region, kind, name)
) WITHOUT ROWID;

CREATE TABLE repository_documents (
    repository_id INTEGER NOT NULL REFERENCES repositories ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    name          TEXT NOT NULL,
    body          TEXT NOT NULL,
    PRIMARY KEY (repository_id, kind, name)
) WITHOUT ROWID;
"""

MIGRATIONS: dict[int, str] = {
    1: "CREATE INDEX images_by_repository ON images (repository_id)",
}
"""Migration scripts from each version to the next; other versions are refused."""
