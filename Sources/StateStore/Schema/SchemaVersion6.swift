/// Who was told what: once for each revision, event and name.
let schemaVersion6 = """
  CREATE TABLE told (
    id INTEGER PRIMARY KEY,
    target TEXT NOT NULL,
    revision TEXT NOT NULL,
    event TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (target, revision, event, name)
  ) STRICT;
  """
