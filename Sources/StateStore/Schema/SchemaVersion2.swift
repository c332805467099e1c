/// Storage proofs say what exactly was proved (`source`; those of version 1 did not, and nothing ever stored one), and leftovers are kept.
let schemaVersion2 = """
  DROP TABLE storage_proof;

  -- What was proved of a storage of a host (StorageProof). Rows of one cell with the same `at` were compared with each other.
  CREATE TABLE storage_proof (
    cell TEXT NOT NULL,
    host TEXT NOT NULL,
    pool TEXT NOT NULL,
    source TEXT NOT NULL,                       -- what the proof was made for
    identity TEXT NOT NULL,                     -- the same on every host that sees it
    shared INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (cell, host, pool)
  ) STRICT, WITHOUT ROWID;

  -- What was found lying about on each host when it last answered (array of Leftover); no row: nothing.
  CREATE TABLE leftovers (
    cell TEXT NOT NULL,
    host TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (cell, host)
  ) STRICT, WITHOUT ROWID;
  """
