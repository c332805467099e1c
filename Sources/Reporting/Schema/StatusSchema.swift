/// Definitions of the status document.
enum StatusSchema {
  static let definitions: [String: String] = [
    "status": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["apiVersion", "kind", "at", "fleet", "revision", "cells", "inSync", "drift", "openMoves", "blocked", "notInSync",
      "backOff", "retiredDisks", "leftovers", "warnings"],
     "properties": {
      "apiVersion": {"const": "reconcile/v1"}, "kind": {"const": "Status"}, "at": {"$ref": "#/$defs/timestamp"},
      "fleet": {"$ref": "#/$defs/name"}, "revision": {"type": "string", "description": "Of the manifests now."},
      "lastPass": {"$ref": "#/$defs/pass"},
      "cells": {"type": "array", "items": {"$ref": "#/$defs/cell"}},
      "inSync": {"$ref": "#/$defs/count", "description": "Declared instances that need nothing."},
      "drift": {"$ref": "#/$defs/count", "description": "Declared instances that are not where they belong."},
      "openMoves": {"type": "array", "items": {"$ref": "#/$defs/openMove"}},
      "blocked": {"type": "array", "items": {"$ref": "#/$defs/blockedItem"}}, "notInSync": {"$ref": "#/$defs/notInSync"},
      "backOff": {"type": "array", "items": {"$ref": "#/$defs/backOff"}},
      "retiredDisks": {"type": "array", "items": {"$ref": "#/$defs/retiredDisk"}},
      "leftovers": {"type": "array", "items": {"$ref": "#/$defs/statusLeftover"}},
      "storageProofs": {"$ref": "#/$defs/storageProofs"}, "watch": {"$ref": "#/$defs/watch"},
      "unmanaged": {"$ref": "#/$defs/unmanagedGuests"},
      "warnings": {"type": "array", "items": {"type": "string"}}}}
    """#,
    "pass": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["id", "fleet", "revision", "startedAt", "dryRun", "moves", "lowerBound", "proof", "succeeded", "failed", "blocked",
      "notInSync", "inSync", "summary"],
     "properties": {
      "id": {"$ref": "#/$defs/count"}, "fleet": {"$ref": "#/$defs/name"}, "revision": {"type": "string"},
      "startedAt": {"$ref": "#/$defs/timestamp"},
      "endedAt": {"$ref": "#/$defs/timestamp", "description": "Absent: it runs, or died."},
      "dryRun": {"type": "boolean"}, "moves": {"$ref": "#/$defs/count"}, "lowerBound": {"$ref": "#/$defs/count"},
      "proof": {"$ref": "#/$defs/proofStatus"}, "succeeded": {"$ref": "#/$defs/count"}, "failed": {"$ref": "#/$defs/count"},
      "blocked": {"$ref": "#/$defs/count"}, "notInSync": {"$ref": "#/$defs/count"}, "inSync": {"$ref": "#/$defs/count"},
      "exitCode": {"type": "integer", "enum": [0, 1, 2, 3, 4, 64, 65]}, "summary": {"type": "string"}}}
    """#,
    "cell": #"""
    {"type": "object", "additionalProperties": false, "required": ["name", "reachableHosts", "hosts"],
     "properties": {
      "name": {"$ref": "#/$defs/name"}, "observedAt": {"$ref": "#/$defs/timestamp", "description": "Absent: never."},
      "reachableHosts": {"$ref": "#/$defs/count"}, "hosts": {"type": "array", "items": {"$ref": "#/$defs/host"}}}}
    """#,
    "host": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["name", "reachable", "closed", "guests", "remaining", "drained", "overCapacity"],
     "properties": {
      "name": {"$ref": "#/$defs/name"}, "reachable": {"type": "boolean"}, "unreachableReason": {"type": "string"},
      "closed": {"type": "boolean", "description": "Disabled by someone else."},
      "maintenance": {"$ref": "#/$defs/maintenance"},
      "guests": {"$ref": "#/$defs/count", "description": "Guests it shows, declared or not; if it does not answer, those last seen."},
      "remaining": {"type": "array", "items": {"$ref": "#/$defs/guest"}},
      "drained": {"type": "boolean", "description": "In maintenance, answers, shows no guest, takes part in no open move."},
      "drainedSince": {"$ref": "#/$defs/timestamp"},
      "settlesAt": {"$ref": "#/$defs/timestamp", "description": "No guest is left; what was deleted last is on its disk from then on."},
      "emptySince": {"$ref": "#/$defs/timestamp",
       "description": "When it last answered, EMPTY and in maintenance; it does not answer now, as a host that is switched off."},
      "decommissioned": {"type": "boolean", "description": "True: gone for good, and not asked; absent: it is not."},
      "overCapacity": {"type": "boolean"}}}
    """#,
    "maintenance": #"""
    {"type": "object", "additionalProperties": false, "required": ["overdue"],
     "properties": {
      "reason": {"type": "string"}, "ticket": {"type": "string"}, "until": {"$ref": "#/$defs/timestamp"},
      "overdue": {"type": "boolean"}}}
    """#,
    "guest": #"""
    {"type": "object", "additionalProperties": false, "required": ["instance", "why"],
     "properties": {"instance": {"$ref": "#/$defs/name"}, "why": {"type": "string", "description": "Why it is still there."}}}
    """#,
    "openMove": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["id", "instance", "uuid", "cell", "from", "to", "mode", "state", "since", "detail"],
     "properties": {
      "id": {"type": "string", "minLength": 1}, "instance": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"},
      "cell": {"$ref": "#/$defs/name"}, "from": {"$ref": "#/$defs/name"}, "to": {"$ref": "#/$defs/name"}, "mode": {"$ref": "#/$defs/mode"},
      "state": {"type": "string", "enum": ["queued", "running", "succeeded", "rolledBack", "failed", "needsHuman", "postponed", "notNeeded"]},
      "step": {"type": "string", "enum": ["migrate", "shutDown", "copyDisk", "define", "disable", "start", "undefine", "removeDisk",
        "resumePostCopy", "resume", "discardArrival", "closeHost", "openHost"]},
      "stepState": {"type": "string", "enum": ["intended", "accepted", "running", "done", "refused", "failed", "inDoubt"]},
      "since": {"$ref": "#/$defs/timestamp"}, "detail": {"type": "string"},
      "by": {"type": "string", "description": "The command that is at work on it now; absent: none, the next run settles it."},
      "percent": {"$ref": "#/$defs/count", "description": "Sent, to 100, as journalled last; absent: not told."}}}
    """#,
    "backOff": #"""
    {"type": "object", "additionalProperties": false, "required": ["instance", "uuid", "until"],
     "properties": {"instance": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"}, "until": {"$ref": "#/$defs/timestamp"}}}
    """#,
    "retiredDisk": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["move", "instance", "uuid", "cell", "host", "pool", "target", "bytes", "retiredAt", "deleteAfter", "ran"],
     "description": "The source of a copied disk, kept for a while.",
     "properties": {
      "move": {"type": "string", "minLength": 1}, "instance": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"},
      "cell": {"$ref": "#/$defs/name"}, "host": {"$ref": "#/$defs/name"}, "pool": {"$ref": "#/$defs/name"},
      "target": {"type": "string", "minLength": 1},
      "volume": {"type": "string", "description": "Name or path in the pool; absent: not known."},
      "bytes": {"$ref": "#/$defs/bytes"}, "retiredAt": {"$ref": "#/$defs/timestamp"},
      "deleteAfter": {"$ref": "#/$defs/timestamp"},
      "changedAt": {"$ref": "#/$defs/timestamp"},
      "ran": {"type": "boolean", "description": "The guest ran when it was moved."},
      "media": {"type": "boolean", "description": "True: the copy of a CD, which its guest has left behind."}}}
    """#,
    "statusLeftover": #"""
    {"type": "object", "additionalProperties": false, "required": ["host", "what", "text", "ours"],
     "properties": {
      "host": {"$ref": "#/$defs/name"}, "what": {"type": "string", "enum": ["definition", "disk", "mark", "volume", "nvram", "tpm", "domainHalf"]},
      "text": {"type": "string"}, "name": {"type": "string"}, "storage": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"},
      "ours": {"type": "boolean", "description": "Our journal says that we made it."}}}
    """#,
    "watch": #"""
    {"type": "object", "additionalProperties": false, "required": ["running"],
     "properties": {
      "running": {"type": "boolean"}, "intervalSeconds": {"$ref": "#/$defs/count"},
      "lastError": {"type": "string", "description": "Why the last pass changed nothing."}}}
    """#,
  ]
}
