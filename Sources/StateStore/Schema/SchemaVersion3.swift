/// What tells this database from a copy of it, and deletions of kept disks that are tried again on their own.
let schemaVersion3 = """
  -- What was drawn with each lease: marks on guests carry it. Two databases of one writer, of which one is a copy, differ in it.
  CREATE TABLE run (
    epoch INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE
  ) STRICT;

  -- Kept disks whose deletion was refused or failed; not to be tried before `until`.
  CREATE TABLE kept_disk_trouble (
    cell TEXT NOT NULL,
    host TEXT NOT NULL,
    pool TEXT NOT NULL,
    uuid TEXT NOT NULL,
    target TEXT NOT NULL,
    failures INTEGER NOT NULL,
    until INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (cell, host, pool, uuid, target)
  ) STRICT;
  """
