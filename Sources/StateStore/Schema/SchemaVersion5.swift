/// What is counted for ever, for metrics.
let schemaVersion5 = """
  -- `labels` is a JSON object with sorted keys; rows are added to and never pruned.
  CREATE TABLE tally (
    name TEXT NOT NULL,
    labels TEXT NOT NULL,
    sum REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (name, labels)
  ) STRICT;
  """
