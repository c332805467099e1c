/// Destinations that an instance could not be moved to.
let schemaVersion4 = """
  -- Avoided while another destination will do; not tried again before `until`.
  CREATE TABLE failed_pair (
    cell TEXT NOT NULL,
    uuid TEXT NOT NULL,
    host TEXT NOT NULL,
    instance TEXT NOT NULL,
    blame TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    until INTEGER NOT NULL,
    revision TEXT NOT NULL,
    facts TEXT,
    PRIMARY KEY (cell, uuid, host)
  ) STRICT;
  """
