/// Definitions of the history document; what it shares with others is in `SharedSchema` and `StatusSchema`.
enum HistorySchema {
  static let definitions: [String: String] = [
    "history": #"""
    {"type": "object", "additionalProperties": false, "required": ["apiVersion", "kind", "passes", "moves"],
     "properties": {
      "apiVersion": {"const": "reconcile/v1"}, "kind": {"const": "History"},
      "passes": {"type": "array", "items": {"$ref": "#/$defs/pass"}},
      "moves": {"type": "array", "items": {"$ref": "#/$defs/historyMove"}},
      "beside": {"type": "array", "items": {"$ref": "#/$defs/historyBeside"},
       "description": "What was done to hosts and kept disks beside the moves; absent: nothing."}}}
    """#,
    "historyBeside": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["id", "kind", "cell", "host", "text", "state", "detail", "startedAt"],
     "properties": {
      "id": {"type": "string", "minLength": 1}, "kind": {"type": "string", "enum": ["hostClose", "hostOpen", "diskRemoval"]},
      "cell": {"$ref": "#/$defs/name"}, "host": {"$ref": "#/$defs/name"},
      "instance": {"$ref": "#/$defs/name", "description": "Whose kept disks; absent: it is about the host."},
      "text": {"type": "string"},
      "state": {"type": "string", "enum": ["queued", "running", "succeeded", "rolledBack", "failed"]},
      "detail": {"type": "string"}, "startedAt": {"$ref": "#/$defs/timestamp"},
      "endedAt": {"$ref": "#/$defs/timestamp", "description": "Absent: it has not ended."}}}
    """#,
    "historyMove": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["id", "instance", "uuid", "cell", "from", "to", "mode", "reason", "state", "detail", "startedAt", "predictedSeconds",
      "transferredBytes", "postCopy", "suspended"],
     "properties": {
      "id": {"type": "string", "minLength": 1}, "instance": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"},
      "cell": {"$ref": "#/$defs/name"}, "from": {"$ref": "#/$defs/name"}, "to": {"$ref": "#/$defs/name"}, "mode": {"$ref": "#/$defs/mode"},
      "reason": {"$ref": "#/$defs/moveReason"},
      "state": {"type": "string", "enum": ["queued", "running", "succeeded", "rolledBack", "failed", "needsHuman", "postponed", "notNeeded"]},
      "detail": {"type": "string"}, "startedAt": {"$ref": "#/$defs/timestamp"},
      "endedAt": {"$ref": "#/$defs/timestamp", "description": "Absent: it has not ended."},
      "predictedSeconds": {"$ref": "#/$defs/count", "description": "As planned."},
      "actualMilliseconds": {"$ref": "#/$defs/count", "description": "Absent: it has not ended."},
      "allowedDowntimeMilliseconds": {"$ref": "#/$defs/count", "description": "The longest pause the policy allowed."},
      "downtimeMilliseconds": {"$ref": "#/$defs/count", "description": "How long the guest did not run; absent: not told."},
      "transferredBytes": {"$ref": "#/$defs/count", "description": "0: not told."},
      "forecast": {"$ref": "#/$defs/forecast", "description": "Absent: too little was known of the guest."},
      "iterations": {"$ref": "#/$defs/count", "description": "Passes over the guest's memory; absent: not told."},
      "throttlePercent": {"$ref": "#/$defs/count", "description": "How much the guest was slowed at last; absent: it was not."},
      "postCopy": {"type": "boolean"},
      "suspended": {"type": "boolean", "description": "We paused the guest so that its migration ends."},
      "encrypted": {"type": "boolean", "description": "Absent: not told."}}}
    """#,
    "forecast": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["downtimeNeededMilliseconds", "bytesPerSecond", "dirtyBytesPerSecond"],
     "properties": {
      "totalMilliseconds": {"$ref": "#/$defs/count", "description": "Absent: pre-copy does not end within what the policy allows."},
      "downtimeMilliseconds": {"$ref": "#/$defs/count"},
      "downtimeNeededMilliseconds": {"$ref": "#/$defs/count", "description": "The smallest limit with which pre-copy ends."},
      "transferredBytes": {"$ref": "#/$defs/count"}, "bytesPerSecond": {"$ref": "#/$defs/count"},
      "dirtyBytesPerSecond": {"$ref": "#/$defs/count", "description": "What the guest writes."},
      "workingSetBytes": {"$ref": "#/$defs/count", "description": "What it keeps writing to; absent: not known."}}}
    """#,
  ]
}
