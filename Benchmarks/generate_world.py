#!/usr/bin/env python3
"""Writes a large simulated world, the same one for the same arguments: what the whole-program benchmark's dry run observes.

Host `host-N` and instance `instance-N` are named as Benchmarks/generate_fleet.py names them in the manifests. A --maintenance of M means
that the first M hosts will be emptied; the world only leaves room for that, the flag itself is declared in the manifests.
"""
import argparse
import json
import pathlib
import sys
import uuid

GIB = 1 << 30
MIB = 1 << 20
NAMESPACE = uuid.UUID("3d9a7a38-61f0-4d9c-a1d0-5be5a3f0c9a1")
STORAGES = '[{"id": "nfs", "identity": "nfs://filer/%s", "shared": true, "freeBytes": 1099511627776}, ' \
    '{"id": "ssd", "identity": "ssd-%s", "shared": false, "freeBytes": 1099511627776}]'


def host_of(instance, hosts):
    """Spreads instances over hosts in turn, so that every host has as many, give or take one."""
    return instance % hosts


def instance_uuid(instance):
    return str(uuid.uuid5(NAMESPACE, str(instance)))


def write_world(path, hosts, instances, maintenance=0, cell="big", host_name="host-{}".format, instance_name="instance-{}".format):
    """Writes the world file of one cell; every tenth guest has a local disk, every fiftieth is off."""
    per_host = -(-instances // hosts)
    spare = 2 if maintenance * 2 <= hosts else 1 + hosts / max(1, hosts - maintenance)
    memory = int((per_host * spare + 2) * (4 * GIB + 128 * MIB)) + 4 * GIB
    cpus = int(per_host * spare) + 4
    with open(path, "w", encoding="utf-8") as file:
        file.write('{\n"apiVersion": "reconcile/v1",\n"kind": "SimulatedWorld",\n')
        file.write('"clock": {"at": "2026-11-23T06:00:00.000Z", "speed": 60},\n"cells": [\n')
        file.write('{"name": %s, "linkBytesPerSecond": 1250000000,\n"hosts": [\n' % json.dumps(cell))
        for number in range(hosts):
            name = host_name(number)
            file.write('%s{"name": "%s", "memoryBytes": %d, "cpus": %d, "cpuModel": "EPYC-Milan", "networks": ["br0"], "storages": %s}'
                       % (",\n" if number else "", name, memory, cpus, STORAGES % (cell, name)))
        file.write('\n],\n"instances": [\n')
        for number in range(instances):
            pool = "ssd" if number % 10 == 9 else "nfs"
            off = number % 50 == 49
            file.write('%s{"uuid": "%s", "name": "%s", "host": "%s", %s"memoryMaxBytes": %d, "overheadBytes": %d, "vcpus": 2, '
                       '"networks": ["br0"], "disks": [{"target": "vda", "storage": "%s", "virtualBytes": %d, "allocatedBytes": %d}], '
                       '"dirtyBytesPerSecond": %d, "workingSetBytes": %d}'
                       % (",\n" if number else "", instance_uuid(number), instance_name(number), host_name(host_of(number, hosts)),
                          '"power": "off", ' if off else "", (1 + number % 4) * GIB, 128 * MIB, pool, 20 * GIB, (2 + number % 9) * GIB,
                          0 if off else (number % 20) * MIB, 64 * MIB))
        file.write("\n]}\n]\n}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--instances", type=int, default=100_000)
    parser.add_argument("--maintenance", type=int, default=0, help="hosts that will be emptied; room is left for their guests")
    parser.add_argument("--cell", default="big")
    parser.add_argument("output", type=pathlib.Path, help="the world file")
    arguments = parser.parse_args()
    if not 0 <= arguments.maintenance < arguments.hosts or arguments.instances < 1:
        sys.exit("generate_world.py: need at least one instance, and a host that is not in maintenance")
    write_world(arguments.output, arguments.hosts, arguments.instances, arguments.maintenance, arguments.cell)


if __name__ == "__main__":
    main()
