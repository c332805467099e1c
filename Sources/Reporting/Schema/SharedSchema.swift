/// Definitions that several documents use.
enum SharedSchema {
  static let definitions: [String: String] = [
    "hostRefusal": #"""
    {"type": "object", "additionalProperties": false, "required": ["cell", "instance", "uuid", "host", "onlineOnly", "text"],
     "properties": {
      "cell": {"$ref": "#/$defs/name"}, "instance": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"},
      "host": {"$ref": "#/$defs/name"}, "onlineOnly": {"type": "boolean", "description": "Only while it runs."},
      "text": {"type": "string", "description": "The hypervisor's words, or a sentence of ours."},
      "origin": {"type": "string", "enum": ["facts", "earlierFailure"], "description": "Absent: the hypervisor said so when it was asked."}}}
    """#,
    "name":
      ##"{"type": "string", "minLength": 1, "description": "metadata.name of a declared object, or the name a hypervisor gives a guest."}"##,
    "timestamp": #"""
    {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
     "description": "RFC 3339 in UTC with milliseconds."}
    """#,
    "uuid": #"""
    {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
     "description": "The hypervisor's UUID of an instance, the same on every host."}
    """#,
    "hash": ##"{"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256, hexadecimal."}"##,
    "place": ##"{"type": "string", "pattern": "^.+:[0-9]+$", "description": "path:line of the manifest that declares it."}"##,
    "bytes": ##"{"type": "integer", "minimum": 0, "description": "Bytes."}"##,
    "count": ##"{"type": "integer", "minimum": 0}"##,
    "names": ##"{"type": "array", "items": {"$ref": "#/$defs/name"}}"##,
    "mode": #"""
    {"type": "string", "enum": ["live", "block", "cold", "offline"],
     "description": "live: disks stay; block: local disks are copied while it runs; cold: it is rebooted; offline: it is off."}
    """#,
    "proofStatus": #"""
    {"type": "string", "enum": ["minimal", "bounded", "none"],
     "description": "minimal: proved; bounded: within moves - lowerBound of the fewest; none: not proved."}
    """#,
    "storageProofs": #"""
    {"type": "object", "additionalProperties": false, "required": ["storages", "oldest"],
     "description": "What it rests on that earlier runs proved of storages; absent: nothing.",
     "properties": {
      "storages": {"$ref": "#/$defs/count", "description": "Storages, counted on each host."},
      "oldest": {"$ref": "#/$defs/timestamp", "description": "When the oldest proof was made."}}}
    """#,
    "unmanagedGuests": #"""
    {"type": "object", "additionalProperties": false, "required": ["count", "names"],
     "description": "Guests that hosts show and no manifest names; absent: none was seen.",
     "properties": {
      "count": {"$ref": "#/$defs/count"}, "names": {"$ref": "#/$defs/names", "description": "The first of them, sorted."}}}
    """#,
    "blockedItem": #"""
    {"type": "object", "additionalProperties": false, "required": ["reason", "text", "hint"],
     "description": "Something declared that cannot be had now; exactly what it is about is named by instance, host, rule or cell.",
     "properties": {
      "instance": {"$ref": "#/$defs/name"}, "host": {"$ref": "#/$defs/name"}, "rule": {"$ref": "#/$defs/name"},
      "cell": {"$ref": "#/$defs/name"},
      "reason": {"type": "string", "enum": ["noMode", "needsConsent", "noCapacity", "tooLarge", "noHost", "requiredOnMaintenance",
        "unmanaged", "rule", "deadlock", "tooManyMoves", "hostLeftManifests", "overCapacity", "keepsFailing", "planningFailed", "crashedDuringMigration",
        "lost", "unreachable", "hostNotChanged"]},
      "text": {"type": "string", "description": "Why, for people."},
      "hint": {"type": "string", "description": "The nearest way out, for people."},
      "manifest": {"$ref": "#/$defs/place"}}}
    """#,
    "notInSync": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["missing", "unknown", "ambiguous", "frozen", "busy", "backingOff"],
     "description": "Declared instances that are not touched because their state is in question.",
     "properties": {
      "missing": {"$ref": "#/$defs/names", "description": "No host shows it."},
      "unknown": {"$ref": "#/$defs/names", "description": "The host it was last seen on does not answer."},
      "ambiguous": {"$ref": "#/$defs/names", "description": "Several guests carry its name."},
      "frozen": {"$ref": "#/$defs/names", "description": "It looks doubled, or a move of it is in doubt."},
      "busy": {"$ref": "#/$defs/names", "description": "Someone else's job or mark is on it."},
      "backingOff": {"$ref": "#/$defs/names", "description": "Its last moves failed; it is tried again later."}}}
    """#,
  ]
}
