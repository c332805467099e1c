/// The first schema. Times are milliseconds since 1970 in UTC; `json` columns hold the type of `Fleet` that the table's comment names.
let schemaVersion1 = """
  -- Who writes this database and for which fleet; one row.
  CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    writer TEXT NOT NULL,                       -- random, made with the database
    fleet TEXT,                                 -- NULL until first bound
    next_move INTEGER NOT NULL DEFAULT 1,       -- numbers below are taken by move ids
    next_epoch INTEGER NOT NULL DEFAULT 1       -- rises with every lease
  ) STRICT;

  -- The lease of the process that may write; no row: nobody's.
  CREATE TABLE lease (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    lifetime INTEGER NOT NULL,                  -- milliseconds added by each renewal
    expires_at INTEGER NOT NULL
  ) STRICT;

  -- Each look at a cell that differed from the one before, numbered from 1 within the cell.
  CREATE TABLE observation (
    cell TEXT NOT NULL,
    number INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,                 -- moved on while the fingerprint stays
    PRIMARY KEY (cell, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX observation_by_fingerprint ON observation (cell, fingerprint);

  -- One host and its instances (HostRecord) through observations `first` to `last`; an observation is the versions that span its number.
  -- Only hosts that changed get a new version. The newest version in which a host was reachable is what is known of it and is never pruned.
  CREATE TABLE host_version (
    id INTEGER PRIMARY KEY,
    cell TEXT NOT NULL,
    host TEXT NOT NULL,                         -- '': the instances that no host holds
    first INTEGER NOT NULL,
    last INTEGER,                               -- NULL: up to the newest observation
    last_seen INTEGER,                          -- when observation `last` was last seen; NULL with it
    reachable INTEGER NOT NULL,
    forgotten INTEGER NOT NULL DEFAULT 0,       -- 1: an operator said that the host is gone
    guests INTEGER NOT NULL,
    digest TEXT NOT NULL,                       -- SHA-256 of the record without gauges
    json TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX host_version_current ON host_version (cell, host) WHERE last IS NULL;
  CREATE INDEX host_version_by_host ON host_version (cell, host, first);
  CREATE INDEX host_version_by_end ON host_version (cell, last) WHERE last IS NOT NULL;
  CREATE INDEX host_version_forgotten ON host_version (cell) WHERE forgotten = 1;

  -- What the journal says of each move in short, so that open ones are found without reading all.
  CREATE TABLE move (
    id TEXT PRIMARY KEY,
    first_record INTEGER NOT NULL UNIQUE,       -- number of its first record in `journal`
    instance TEXT NOT NULL,
    open INTEGER NOT NULL,                      -- 1: the move or one of its steps has not ended
    changed_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX move_open ON move (first_record) WHERE open = 1;
  CREATE INDEX move_by_instance ON move (instance, first_record);
  CREATE INDEX move_closed ON move (changed_at) WHERE open = 0;

  -- The journal (JournalRecord), append-only: intents before their effects, outcomes after.
  CREATE TABLE journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    move TEXT NOT NULL,
    intent TEXT,                                -- NULL: a record of the move itself
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX journal_by_move ON journal (move, number);
  -- Moves whose records are being pruned; filled and emptied in one transaction.
  CREATE TABLE journal_pruning (move TEXT PRIMARY KEY) STRICT;
  CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER journal_is_only_pruned BEFORE DELETE ON journal
  WHEN NOT EXISTS (
    SELECT 1 FROM journal_pruning JOIN move ON move.id = journal_pruning.move WHERE move.id = OLD.move AND move.open = 0)
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

  -- Passes (PassRecord without its id).
  CREATE TABLE pass (id INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT NOT NULL) STRICT;

  -- The newest plans (Plan).
  CREATE TABLE plan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pass INTEGER NOT NULL REFERENCES pass (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,                        -- when what it plans for was observed
    json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX plan_by_pass ON plan (pass);

  -- Instances whose last move failed, not to be tried before `until` unless the manifests change.
  CREATE TABLE back_off (
    uuid TEXT PRIMARY KEY,
    revision TEXT NOT NULL,
    failures INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT;

  -- Sources of copied disks that are kept for a while (RetiredDisk).
  CREATE TABLE retired_disk (
    cell TEXT NOT NULL,
    host TEXT NOT NULL,
    pool TEXT NOT NULL,
    uuid TEXT NOT NULL,
    target TEXT NOT NULL,
    move TEXT NOT NULL,
    delete_after INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (cell, host, pool, uuid, target, move)
  ) STRICT;
  CREATE INDEX retired_disk_by_move ON retired_disk (move);

  -- Instances whose move ended needing a human (BlockedItem).
  CREATE TABLE needs_human (uuid TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;

  -- Instances that maintenance displaced and the host they belong back on.
  CREATE TABLE displaced (uuid TEXT PRIMARY KEY, host TEXT NOT NULL) STRICT;

  -- What was proved of a storage of a host: whether others see the same.
  CREATE TABLE storage_proof (
    cell TEXT NOT NULL,
    host TEXT NOT NULL,
    storage TEXT NOT NULL,
    identity TEXT,                              -- the same on every host that sees it
    shared INTEGER,                             -- NULL: not proved either way
    at INTEGER NOT NULL,
    PRIMARY KEY (cell, host, storage)
  ) STRICT, WITHOUT ROWID;
  """
