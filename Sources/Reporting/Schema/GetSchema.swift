/// Definitions of the lists of `reconcile get`.
enum GetSchema {
  static let definitions: [String: String] = lists.merging(items, uniquingKeysWith: { first, _ in first })

  private static let lists: [String: String] = {
    var found = Dictionary(uniqueKeysWithValues: GetKind.allCases.map { ("\($0.singular)List", list(of: $0)) })
    let alternatives = GetKind.allCases.map { ##"{"$ref": "#/$defs/\##($0.singular)List"}"## }
    found["get"] = #"{"anyOf": [\#(alternatives.joined(separator: ", "))]}"#
    return found
  }()

  private static func list(of kind: GetKind) -> String {
    ##"""
    {"type": "object", "additionalProperties": false, "required": ["apiVersion", "kind", "fleet", "revision", "at", "items"],
     "properties": {
      "apiVersion": {"const": "reconcile/v1"}, "kind": {"const": "\##(kind.listKind)"}, "fleet": {"$ref": "#/$defs/name"},
      "revision": {"type": "string", "description": "Of the manifests now."}, "at": {"$ref": "#/$defs/timestamp"},
      "observedAt": {"$ref": "#/$defs/timestamp", "description": "Absent: nothing was observed yet."},
      "items": {"type": "array", "items": {"$ref": "#/$defs/listed\##(kind.listKind.dropLast("List".count))"}}}}
    """##
  }

  private static let items: [String: String] = [
    "labels": #"{"type": "object", "additionalProperties": {"type": "string"}}"#,
    "listedHost": #"""
    {"type": "object", "additionalProperties": false, "required": ["name", "cell", "labels", "manifest"],
     "description": "What only the host could tell is absent while it does not answer.",
     "properties": {
      "name": {"$ref": "#/$defs/name"}, "cell": {"$ref": "#/$defs/name"},
      "state": {"type": "string", "enum": ["open", "closed", "maintenance", "empty", "decommissioned"],
       "description": "empty: in maintenance and known to hold no guest. Absent: only the host could tell."},
      "reachable": {"type": "boolean", "description": "Absent: never observed."},
      "guests": {"$ref": "#/$defs/count", "description": "Guests it shows, declared or not."},
      "memoryUsedBytes": {"$ref": "#/$defs/bytes"},
      "memoryBytes": {"$ref": "#/$defs/bytes", "description": "What guests may be charged."},
      "vcpusUsed": {"$ref": "#/$defs/count"}, "vcpus": {"$ref": "#/$defs/count"},
      "maintenance": {"$ref": "#/$defs/maintenance"}, "unreachableReason": {"type": "string"},
      "emptySince": {"$ref": "#/$defs/timestamp",
       "description": "When it last answered, EMPTY and in maintenance; it does not answer now, as a host that is switched off."},
      "labels": {"$ref": "#/$defs/labels"}, "manifest": {"$ref": "#/$defs/place"}}}
    """#,
    "listedInstance": #"""
    {"type": "object", "additionalProperties": false, "required": ["name", "cell", "alsoOn", "required", "modes", "labels"],
     "properties": {
      "name": {"$ref": "#/$defs/name"}, "cell": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"},
      "state": {"type": "string", "enum": ["inSync", "violating", "missing", "unknown", "ambiguous", "frozen", "moving", "busy",
        "backingOff", "unmanaged"],
       "description": "violating: off its place, on a host in maintenance, or against a required rule. Absent: nothing was observed yet."},
      "why": {"type": "string"},
      "host": {"$ref": "#/$defs/name", "description": "Where it runs, or is defined; absent: no host shows it."},
      "alsoOn": {"$ref": "#/$defs/names", "description": "Hosts that show it, too."},
      "power": {"type": "string", "enum": ["running", "paused", "off", "crashed"]},
      "memoryBytes": {"$ref": "#/$defs/bytes", "description": "What it is charged."}, "vcpus": {"$ref": "#/$defs/count"},
      "placement": {"type": "string", "description": "any, hosts joined by commas, or labels of hosts; absent: no manifest names it."},
      "required": {"type": "boolean", "description": "Never elsewhere, not even displaced by maintenance."},
      "modes": {"type": "array", "items": {"$ref": "#/$defs/mode"}, "description": "What its manifest consents to."},
      "labels": {"$ref": "#/$defs/labels"}, "manifest": {"$ref": "#/$defs/place"}}}
    """#,
    "listedMove": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["id", "instance", "uuid", "cell", "from", "to", "mode", "state", "begunAt", "detail"],
     "properties": {
      "id": {"type": "string", "minLength": 1}, "instance": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid"},
      "cell": {"$ref": "#/$defs/name"}, "from": {"$ref": "#/$defs/name"}, "to": {"$ref": "#/$defs/name"}, "mode": {"$ref": "#/$defs/mode"},
      "state": {"type": "string", "enum": ["queued", "running", "succeeded", "rolledBack", "failed", "needsHuman", "postponed", "notNeeded"]},
      "step": {"type": "string", "description": "Journalled last; absent: none was begun."},
      "percent": {"$ref": "#/$defs/count", "description": "Sent, to 100, as journalled last; absent: not told."},
      "begunAt": {"$ref": "#/$defs/timestamp"}, "endedAt": {"$ref": "#/$defs/timestamp", "description": "Absent: it has not ended."},
      "by": {"type": "string", "description": "The command that is at work on it now; absent: none."}, "detail": {"type": "string"}}}
    """#,
    "listedRule": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["name", "rule", "across", "enforcement", "hold", "selector", "members", "cells", "manifest"],
     "properties": {
      "name": {"$ref": "#/$defs/name"}, "rule": {"type": "string", "enum": ["separate", "together", "spread"]},
      "limit": {"$ref": "#/$defs/count", "description": "maximum of separate, maxSkew of spread."},
      "across": {"type": "string", "minLength": 1, "description": "host, or the key of a host's label."},
      "enforcement": {"type": "string", "enum": ["required", "preferred"]}, "hold": {"type": "string", "enum": ["atEnd", "always"]},
      "selector": {"$ref": "#/$defs/labels"}, "members": {"$ref": "#/$defs/names"}, "cells": {"$ref": "#/$defs/names"},
      "kept": {"type": "boolean", "description": "Absent: where some member is nobody knows."},
      "why": {"type": "string", "description": "What is wrong."}, "manifest": {"$ref": "#/$defs/place"}}}
    """#,
    "listedCell": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["name", "hypervisor", "hosts", "inMaintenance", "instances", "labels", "manifest"],
     "description": "What only hosts could tell is absent until the cell is observed.",
     "properties": {
      "name": {"$ref": "#/$defs/name"}, "hypervisor": {"type": "string", "enum": ["libvirt", "xenapi", "simulated"]},
      "hosts": {"$ref": "#/$defs/count", "description": "Declared."},
      "reachableHosts": {"$ref": "#/$defs/count"}, "inMaintenance": {"$ref": "#/$defs/count", "description": "Declared hosts."},
      "instances": {"$ref": "#/$defs/count", "description": "Declared."},
      "inSync": {"$ref": "#/$defs/count", "description": "Declared instances that need nothing."},
      "guests": {"$ref": "#/$defs/count", "description": "Seen, declared or not."},
      "observedAt": {"$ref": "#/$defs/timestamp"}, "labels": {"$ref": "#/$defs/labels"}, "manifest": {"$ref": "#/$defs/place"}}}
    """#,
    "listedStorage": #"""
    {"type": "object", "additionalProperties": false, "required": ["name", "cell", "host", "freeBytes"],
     "description": "A storage as one host shows it.",
     "properties": {
      "name": {"$ref": "#/$defs/name"}, "cell": {"$ref": "#/$defs/name"}, "host": {"$ref": "#/$defs/name"},
      "shared": {"type": "boolean", "description": "One storage with others of its identity; absent: not proved."},
      "identity": {"type": "string", "description": "What proves that two hosts see one storage."},
      "freeBytes": {"$ref": "#/$defs/bytes"}}}
    """#,
  ]
}
