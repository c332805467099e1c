/// Definitions of the observation document.
enum SnapshotSchema {
  static let definitions: [String: String] = [
    "observation": #"""
    {"type": "object", "additionalProperties": false, "required": ["apiVersion", "kind", "at", "cells"],
     "properties": {
      "apiVersion": {"const": "reconcile/v1"}, "kind": {"const": "Observation"}, "at": {"$ref": "#/$defs/timestamp"},
      "cells": {"type": "array", "items": {"$ref": "#/$defs/cellObservation"}, "description": "Sorted by name."}}}
    """#,
    "cellObservation": #"""
    {"type": "object", "additionalProperties": false, "required": ["name", "hosts", "instances"],
     "properties": {
      "name": {"$ref": "#/$defs/name"},
      "hosts": {"type": "array", "items": {"$ref": "#/$defs/hostObservation"}, "description": "Every declared host and every other host that a pool has, sorted by name."},
      "instances": {"type": "array", "items": {"$ref": "#/$defs/instanceObservation"},
       "description": "One entry for each host that shows the uuid; sorted by uuid, then host."},
      "leftovers": {"type": "array", "items": {"$ref": "#/$defs/leftover"},
       "description": "What broken moves, or somebody, left on hosts; sorted by host, kind, then name. Absent: nothing."},
      "defaultStorage": {"$ref": "#/$defs/defaultStorage"},
      "notes": {"type": "array", "items": {"type": "string"}, "description": "What about its hypervisor an operator should know. Absent: nothing."}}}
    """#,
    "defaultStorage": #"""
    {"type": "object", "additionalProperties": false, "required": ["shared"],
     "description": "Where a pool puts disks that nobody places; absent: the hypervisor knows no such thing.",
     "properties": {"id": {"$ref": "#/$defs/name", "description": "Absent: the pool has none."}, "shared": {"type": "boolean"}}}
    """#,
    "leftover": #"""
    {"type": "object", "additionalProperties": false, "required": ["host", "kind", "name", "text"],
     "properties": {
      "host": {"$ref": "#/$defs/name"},
      "kind": {"type": "string", "enum": ["definition", "volume", "nvram", "tpm", "domainHalf"],
       "description": "domainHalf: the paused or waiting half of a migration that is over."},
      "name": {"type": "string", "description": "Name or path on the host."},
      "storage": {"$ref": "#/$defs/name"}, "uuid": {"$ref": "#/$defs/uuid", "description": "The guest it belongs to; absent: not known."},
      "text": {"type": "string", "description": "For people."}}}
    """#,
    "hostObservation": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["name", "reachable", "admission", "memoryBytes", "cpus", "cpuModel", "storages", "networks"],
     "description": "All but the name is zero or empty if the host did not answer.",
     "properties": {
      "name": {"$ref": "#/$defs/name"}, "reachable": {"type": "boolean"},
      "unreachableReason": {"type": "string"},
      "isOutsidePool": {"type": "boolean", "description": "It is not in the pool that its cell is; absent: it is, or there are no pools."},
      "isUndeclared": {"type": "boolean", "description": "Its pool has it and no manifest names it; absent: one does."},
      "admission": {"type": "string", "enum": ["open", "closed", "closedByUs"], "description": "closed: disabled by someone else; closedByUs: by reconcile, for maintenance."},
      "unmeasured": {"type": "string",
       "description": "What its hypervisor does not say of its size: the numbers are no measurements, and nothing is placed there. Absent: it says all."},
      "memoryBytes": {"$ref": "#/$defs/bytes"}, "cpus": {"$ref": "#/$defs/count"}, "cpuModel": {"type": "string"},
      "offeredCPUModels": {"type": "array", "items": {"type": "string"},
       "description": "CPU models of guests it was shown to run beside its own, sorted; absent: only its own."},
      "storages": {"type": "array", "items": {"$ref": "#/$defs/storageObservation"}, "description": "Sorted by id."},
      "networks": {"$ref": "#/$defs/names"},
      "machineUUID": {"type": "string", "description": "What its hypervisor calls the machine, whatever its name; absent: it tells none."},
      "refusals": {"type": "object", "additionalProperties": {"$ref": "#/$defs/hostRefusal"},
       "description": "Guests that cannot come here, by uuid, and why; absent: none is known."}}}
    """#,
    "storageObservation": #"""
    {"type": "object", "additionalProperties": false, "required": ["id", "freeBytes"],
     "properties": {
      "id": {"$ref": "#/$defs/name"},
      "identity": {"type": "string", "description": "What proves that two hosts see the same storage; absent: not proved."},
      "shared": {"type": "boolean", "description": "Absent: unknown, never treated as shared."},
      "source": {"type": "string",
       "description": "What a proof must have been made for (pool uuid, type, target path); absent: it needs none, or none can be had."},
      "needsNaming": {"type": "boolean", "description": "Disks are copied from and to it only where the manifest names the pool to copy to."},
      "freeBytes": {"$ref": "#/$defs/bytes"}}}
    """#,
    "instanceObservation": #"""
    {"type": "object", "additionalProperties": false,
     "required": ["uuid", "name", "power", "persistent", "memoryMaxBytes", "overheadBytes", "vcpus", "networks", "disks", "blockers",
      "busy"],
     "properties": {
      "uuid": {"$ref": "#/$defs/uuid"}, "name": {"$ref": "#/$defs/name"},
      "host": {"$ref": "#/$defs/name", "description": "Absent: a halted guest that no host holds."},
      "power": {"type": "string", "enum": ["running", "paused", "off", "crashed"]}, "persistent": {"type": "boolean"},
      "memoryMaxBytes": {"$ref": "#/$defs/bytes"}, "overheadBytes": {"$ref": "#/$defs/bytes"}, "vcpus": {"$ref": "#/$defs/count"},
      "cpuModel": {"type": "string", "description": "CPU model it needs of a host; absent: any."},
      "networks": {"$ref": "#/$defs/names"},
      "disks": {"type": "array", "items": {"$ref": "#/$defs/diskObservation"}, "description": "Sorted by target."},
      "hotplugMemoryBytes": {"$ref": "#/$defs/bytes", "description": "Up to which memory may be plugged in one day; absent: no more than it has."},
      "needs": {"type": "array", "items": {"$ref": "#/$defs/hostNeed"},
       "description": "What it opens on its host beside the topmost images of its disks; absent: nothing."},
      "blockers": {"type": "array", "description": "What stands in the way of some mode, sorted.",
       "items": {"type": "string", "enum": ["hostDevice", "snapshot", "blockJob", "ioError", "managedSave", "transient", "sharedMemory", "immobile", "mixedDisks"]}},
      "unreadable": {"type": "string", "description": "Why what is known of it cannot be relied on; absent: it can."},
      "busy": {"type": "boolean", "description": "A job runs on it or somebody's mark is on it."},
      "mark": {"$ref": "#/$defs/writerMark"},
      "dirtyBytesPerSecond": {"$ref": "#/$defs/bytes", "description": "Absent: not measured."},
      "workingSetBytes": {"$ref": "#/$defs/bytes", "description": "Absent: not measured."}}}
    """#,
    "diskObservation": #"""
    {"type": "object", "additionalProperties": false, "required": ["target", "kind", "readOnly", "virtualBytes", "allocatedBytes"],
     "properties": {
      "target": {"type": "string", "minLength": 1},
      "kind": {"type": "string", "enum": ["disk", "volume", "cdrom", "floppy", "configDrive"],
       "description": "volume: a network volume that the guest reaches itself."},
      "readOnly": {"type": "boolean"},
      "storage": {"$ref": "#/$defs/name", "description": "By the id its host uses; absent: an empty drive."},
      "volume": {"type": "string", "description": "Name or path of its source in that storage; absent: not known."},
      "virtualBytes": {"$ref": "#/$defs/bytes"}, "allocatedBytes": {"$ref": "#/$defs/bytes"},
      "missing": {"type": "string", "description": "Why its image, or its size, is not to be had on its host; absent: it is."},
      "neverCopied": {"type": "boolean", "description": "True: media that its hypervisor copies nowhere."}}}
    """#,
    "hostNeed": #"""
    {"type": "object", "additionalProperties": false, "required": ["text"],
     "description": "A backing image, a disk of the next start, a file or device that the guest opens beside its disks.",
     "properties": {
      "text": {"type": "string", "description": "For people; ends a sentence that begins with 'it opens'."},
      "storage": {"$ref": "#/$defs/name", "description": "By the id its host uses; absent: on none that another host could share."},
      "backs": {"type": "string", "description": "Target of the disk that builds on it; absent: it is no backing image."},
      "atNextStart": {"type": "boolean", "description": "Only its next start opens it."}}}
    """#,
    "writerMark": #"""
    {"type": "object", "additionalProperties": false, "required": ["fleet", "writer", "epoch", "intent", "expires"],
     "description": "Left on an instance by the writer that works on it.",
     "properties": {
      "fleet": {"$ref": "#/$defs/name"}, "writer": {"type": "string"}, "epoch": {"$ref": "#/$defs/count"}, "intent": {"type": "string"},
      "run": {"type": "string", "description": "Drawn with the writer's lease: a copy of its database has another."},
      "machine": {"type": "string", "description": "The machine the writer runs on, and its boot."},
      "expires": {"$ref": "#/$defs/timestamp"}}}
    """#,
  ]
}
