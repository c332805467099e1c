/// Definitions of the plan document.
enum PlanSchema {
  static let definitions: [String: String] = [
    "plan": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["apiVersion", "kind", "fleet", "revision", "fingerprints", "observedAt", "objective", "proof", "moves", "blocked",
      "notInSync", "warnings", "inSync"],
     "properties": {
      "apiVersion": {"const": "reconcile/v1"}, "kind": {"const": "Plan"}, "fleet": {"$ref": "#/$defs/name"},
      "revision": {"type": "string", "minLength": 1,
       "description": "Git commit of the manifests, with -dirty if they changed since, or content- and a hash outside git."},
      "manifestsHash": {"$ref": "#/$defs/hash", "description": "Of the manifests' content; tells two dirty states apart."},
      "fingerprints": {"type": "object", "additionalProperties": {"$ref": "#/$defs/hash"},
       "description": "Cell to the hash of what planning used of it."},
      "observedAt": {"$ref": "#/$defs/timestamp"},
      "objective": {"type": "string", "enum": ["moves", "cost"], "description": "Which comes first once reboots are fewest."},
      "proof": {"$ref": "#/$defs/proof"},
      "moves": {"type": "array", "items": {"$ref": "#/$defs/move"}, "description": "In order of start, then id."},
      "blocked": {"type": "array", "items": {"$ref": "#/$defs/blockedItem"}},
      "notInSync": {"$ref": "#/$defs/notInSync"},
      "unmanaged": {"$ref": "#/$defs/unmanagedGuests"},
      "underWay": {"type": "array", "items": {"$ref": "#/$defs/moveUnderWay"},
       "description": "Declared instances that another run, which is alive, moves now; absent: none."},
      "warnings": {"type": "array", "items": {"type": "string"}},
      "inSync": {"$ref": "#/$defs/count", "description": "Declared instances that need no move."},
      "storageProofs": {"$ref": "#/$defs/storageProofs"},
      "hostChanges": {"type": "array", "items": {"$ref": "#/$defs/hostChange"},
       "description": "Hosts closed to new guests, or opened again, before the moves; absent: none."},
      "refusals": {"type": "array", "items": {"$ref": "#/$defs/hostRefusal"},
       "description": "What hypervisors, asked about earlier drafts, refused; the plan was made around it. Absent: nothing."},
      "emptied": {"type": "array", "items": {"$ref": "#/$defs/emptiedHost"},
       "description": "Hosts in maintenance that the moves leave empty, the first one first; absent: none."},
      "rest": {"$ref": "#/$defs/planRest"},
      "digest": {"$ref": "#/$defs/hash", "description": "Of all the rest: a plan that was edited is refused."}}}
    """#,
    "planRest": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["scope", "companions", "moves", "hostChanges", "blocked", "notInSync"],
     "description": "What was left out of a plan that is carried out in part; absent: it is whole.",
     "properties": {
      "scope": {"type": "object", "additionalProperties": false, "required": ["cells", "hosts", "instances"],
       "description": "Of each kind that is named one must fit; a kind that is not named fits.",
       "properties": {"cells": {"$ref": "#/$defs/names"}, "hosts": {"$ref": "#/$defs/names"}, "instances": {"$ref": "#/$defs/names"}}},
      "companions": {"type": "array", "description": "Moves outside the scope that come along.",
       "items": {"type": "object", "additionalProperties": false, "required": ["move", "why"],
        "properties": {"move": {"type": "string", "minLength": 1}, "why": {"type": "string"}}}},
      "moves": {"$ref": "#/$defs/count"}, "hostChanges": {"$ref": "#/$defs/count"}, "blocked": {"$ref": "#/$defs/count"},
      "notInSync": {"$ref": "#/$defs/count"}}}
    """#,
    "emptiedHost": #"""
    {"type": "object", "additionalProperties": false, "required": ["host", "cell", "seconds"],
     "properties": {
      "host": {"$ref": "#/$defs/name"}, "cell": {"$ref": "#/$defs/name"},
      "seconds": {"$ref": "#/$defs/count", "description": "From the plan's start to the end of the last move off it, as predicted."}}}
    """#,
    "moveUnderWay": #"""
    {"type": "object", "additionalProperties": false, "required": ["instance", "cell", "from", "to", "mode", "since", "by"],
     "properties": {
      "instance": {"$ref": "#/$defs/name"}, "cell": {"$ref": "#/$defs/name"}, "from": {"$ref": "#/$defs/name"},
      "to": {"$ref": "#/$defs/name"}, "mode": {"$ref": "#/$defs/mode"}, "since": {"$ref": "#/$defs/timestamp"},
      "by": {"type": "string", "description": "The command that is at work, and its process."},
      "percent": {"$ref": "#/$defs/count", "description": "Sent, to 100, as journalled last; absent: not told."}}}
    """#,
    "hostChange": #"""
    {"type": "object", "additionalProperties": false, "required": ["host", "cell", "action", "text"],
     "properties": {
      "host": {"$ref": "#/$defs/name"}, "cell": {"$ref": "#/$defs/name"}, "action": {"type": "string", "enum": ["close", "open"]},
      "text": {"type": "string"}, "manifest": {"type": "string", "description": "path:line"}}}
    """#,
    "proof": #"""
    {"type": "object", "additionalProperties": false, "required": ["status", "moves", "lowerBound", "restarts", "because", "cells"],
     "properties": {
      "status": {"$ref": "#/$defs/proofStatus"}, "moves": {"$ref": "#/$defs/count"},
      "lowerBound": {"$ref": "#/$defs/count", "description": "No plan that mends as much has fewer moves; with the objective cost: none costs less."},
      "restarts": {"$ref": "#/$defs/count", "description": "Reboots of running guests."},
      "because": {"type": "string", "description": "For people."},
      "makespan": {"$ref": "#/$defs/makespan"},
      "cells": {"type": "array", "items": {"$ref": "#/$defs/cellProof"}}}}
    """#,
    "cellProof": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["cell", "status", "moves", "lowerBound", "restarts", "because", "certificate"],
     "properties": {
      "cell": {"$ref": "#/$defs/name"}, "status": {"$ref": "#/$defs/proofStatus"}, "moves": {"$ref": "#/$defs/count"},
      "lowerBound": {"$ref": "#/$defs/count"}, "restarts": {"$ref": "#/$defs/count"}, "because": {"type": "string"},
      "makespan": {"$ref": "#/$defs/makespan"}, "certificate": {"$ref": "#/$defs/certificate"}}}
    """#,
    "makespan": #"""
    {"type": "object", "additionalProperties": false, "required": ["seconds", "atLeastSeconds"],
     "description": "How long the moves take if each takes as long as predicted.",
     "properties": {
      "seconds": {"$ref": "#/$defs/count"},
      "atLeastSeconds": {"$ref": "#/$defs/count", "description": "No order of the same moves takes less."}}}
    """#,
    "certificate": #"""
    {"type": "object", "additionalProperties": false, "required": ["kind", "data"],
     "description": "What makes the lower bound one, so that it can be counted again.",
     "properties": {
      "kind": {"type": "string", "enum": ["empty", "forcedMoves", "slots", "prices", "exhaustive"]},
      "data": {"type": "object", "additionalProperties": false, "required": ["forced", "evictions"],
       "properties": {
        "forced": {"$ref": "#/$defs/names", "description": "Instances that may not end where they are."},
        "evictions": {"type": "object", "additionalProperties": {"$ref": "#/$defs/count"},
         "description": "Host or rule/unit to how many further instances must leave it; rule/*: of the whole rule."},
        "fullHosts": {"type": "array", "items": {"$ref": "#/$defs/names"},
         "description": "Hosts too full for those that must leave them: in each set, one move more."},
        "slots": {"$ref": "#/$defs/slotCount"}, "prices": {"$ref": "#/$defs/priceList"},
        "placementsSearched": {"$ref": "#/$defs/count"}}}}}
    """#,
    "slotCount": #"""
    {"type": "object", "additionalProperties": false, "required": ["resource", "threshold", "moves"],
     "description": "A host offers floor(free room / threshold) slots, an instance needs floor(demand / threshold).",
     "properties": {
      "resource": {"type": "string", "enum": ["vcpus", "memoryBytes", "poolBytes"]}, "threshold": {"$ref": "#/$defs/count"},
      "moves": {"$ref": "#/$defs/count", "description": "Moves beyond the forced ones."}}}
    """#,
    "priceList": #"""
    {"type": "object", "additionalProperties": false, "required": ["scale", "vcpuUnit", "memoryUnitBytes", "prices"],
     "description": "All instances at their prices, less the most that any content of each host is worth, over scale: a lower bound.",
     "properties": {
      "scale": {"$ref": "#/$defs/count"}, "vcpuUnit": {"$ref": "#/$defs/count"}, "memoryUnitBytes": {"$ref": "#/$defs/count"},
      "prices": {"type": "array", "items":
       {"type": "object", "additionalProperties": false, "required": ["like", "instances", "vcpus", "memoryBytes", "price"],
        "properties": {
         "like": {"$ref": "#/$defs/name", "description": "One of the instances that are alike."},
         "instances": {"$ref": "#/$defs/count"}, "vcpus": {"$ref": "#/$defs/count"}, "memoryBytes": {"$ref": "#/$defs/bytes"},
         "price": {"$ref": "#/$defs/count"}}}}}}
    """#,
    "move": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["id", "after", "instance", "uuid", "cell", "from", "to", "mode", "storage", "disks", "hop", "reason", "start", "end",
      "bytes", "cost"],
     "properties": {
      "id": {"$ref": "#/$defs/moveId"},
      "after": {"type": "array", "items": {"$ref": "#/$defs/moveId"}, "description": "Moves that must have succeeded first."},
      "instance": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"}, "cell": {"$ref": "#/$defs/name"},
      "from": {"$ref": "#/$defs/name"}, "to": {"$ref": "#/$defs/name"}, "mode": {"$ref": "#/$defs/mode"},
      "storage": {"type": "string", "enum": ["shared", "volume", "local", "mixed"], "description": "Where its writable disks are."},
      "disks": {"type": "array", "items": {"$ref": "#/$defs/diskMove"}},
      "hop": {"type": "boolean", "description": "A stop on the way; a later move goes on from there."},
      "reason": {"$ref": "#/$defs/moveReason"},
      "start": {"$ref": "#/$defs/count", "description": "Seconds from the plan's start."},
      "end": {"$ref": "#/$defs/count", "description": "Seconds from the plan's start."},
      "bytes": {"$ref": "#/$defs/bytes", "description": "Bytes over the network."},
      "cost": {"$ref": "#/$defs/count"}}}
    """#,
    "moveId": ##"{"type": "string", "pattern": "^m[1-9][0-9]*$"}"##,
    "diskMove": #"""
    {"type": "object", "additionalProperties": false, "required": ["target", "action", "bytes"],
     "properties": {
      "target": {"type": "string", "minLength": 1}, "action": {"type": "string", "enum": ["share", "copy"]},
      "toPool": {"$ref": "#/$defs/name"}, "fromPool": {"$ref": "#/$defs/name"}, "media": {"type": "boolean", "description": "True: read-only media, whose source is never deleted."},
      "volume": {"type": "string", "description": "Name or path of the source in fromPool; absent: not known."}, "bytes": {"$ref": "#/$defs/bytes"}}}
    """#,
    "moveReason": #"""
    {"type": "object", "additionalProperties": false, "required": ["kind", "text"],
     "properties": {
      "kind": {"type": "string", "enum": ["maintenance", "placement", "rule", "overload", "makeRoom", "return", "hop"]},
      "text": {"type": "string"}, "manifest": {"$ref": "#/$defs/place"}}}
    """#,
  ]
}
