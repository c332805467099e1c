#!/usr/bin/env python3
"""Writes a simulated fleet of any size: manifests, and the worlds they are about.

  generate_fleet.py --hosts N --instances M [--maintenance K] [--files F] OUTDIR

Cells of at most 500 hosts. Every instance runs where its manifest wants it: half of them pinned to a host, three in ten to a zone, the rest
anywhere; without hosts in maintenance the fleet is in sync. The same arguments give the same bytes.
"""
import argparse, json, os, uuid

HOSTS_PER_CELL = 500
ZONES = 3
INSTANCES_PER_APP = 4
RULES_PER_CELL = 5
GIB = 1 << 30


def cell_name(cell):
    return f"cell-{cell + 1:02d}"


def host_name(host):
    return f"hv-{host + 1:05d}"


def instance_name(instance):
    return f"vm-{instance + 1:06d}"


def instance_uuid(instance):
    return str(uuid.UUID(int=uuid.UUID("6d7c1f0e-4f0b-4c3e-9d55-000000000000").int + instance))


class Fleet:
    """Who is where, by number."""

    def __init__(self, hosts, instances, maintenance):
        self.hosts, self.instances = hosts, instances
        self.cells = -(-hosts // HOSTS_PER_CELL)
        # Spread evenly: host h is in maintenance when h * K / N reaches a new whole number.
        self.maintenance = {h for h in range(hosts) if (h + 1) * maintenance // hosts > h * maintenance // hosts}
        self.hosts_of = [[h for h in range(hosts) if h // HOSTS_PER_CELL == c] for c in range(self.cells)]

    def cell_of(self, host):
        return host // HOSTS_PER_CELL

    def host_of(self, instance):
        return instance % self.hosts

    def instances_of(self, cell):
        return [i for i in range(self.instances) if self.cell_of(self.host_of(i)) == cell]

    def app_of(self, instance):
        # Neighbours by number are on neighbouring hosts, so an app's instances start apart.
        return f"app-{instance // INSTANCES_PER_APP + 1:05d}"


def document(kind, name, labels, spec):
    lines = ["apiVersion: reconcile/v1", f"kind: {kind}", "metadata:", f"  name: {name}"]
    if labels:
        lines.append("  labels: {" + ", ".join(f"{k}: {v}" for k, v in labels.items()) + "}")
    if spec:
        lines.append("spec:")
        lines += [f"  {key}: {value}" for key, value in spec.items()]
    return "\n".join(lines) + "\n"


def host_document(fleet, host):
    spec = {"cell": cell_name(fleet.cell_of(host))}
    if host in fleet.maintenance:
        spec["maintenance"] = "{enabled: true, reason: firmware, ticket: OPS-1}"
    return document("Host", host_name(host), {"zone": f"z{host % ZONES}", "rack": f"r{host // 40:03d}"}, spec)


def instance_document(fleet, instance):
    host = fleet.host_of(instance)
    spec = {"cell": cell_name(fleet.cell_of(host))}
    if instance % 4 == 0:
        spec["uuid"] = instance_uuid(instance)
    if instance % 10 < 5:
        spec["placement"] = f"{{host: {host_name(host)}}}"
    elif instance % 10 < 8:
        spec["placement"] = f"{{hosts: {{labels: {{zone: z{host % ZONES}}}}}}}"
    return document("Instance", instance_name(instance), {"app": fleet.app_of(instance), "tier": f"t{instance % 3}"}, spec)


def rule_documents(fleet, cell):
    apps = sorted({fleet.app_of(i) for i in fleet.instances_of(cell)})[:RULES_PER_CELL]
    for app in apps:
        yield document("PlacementRule", f"{app}-apart-{cell_name(cell)}", {}, {
            "kind": "separate", "instances": f"{{labels: {{app: {app}}}}}", "across": "host", "maximum": 1, "hold": "always"})


def write(path, documents):
    with open(path, "w") as file:
        file.write("---\n".join(documents))


def write_manifests(fleet, files, out):
    head = [document("Fleet", "generated", {}, {})]
    for cell in range(fleet.cells):
        head.append(document("Cell", cell_name(cell), {}, {
            "hypervisor": "simulated", "connection": f"world/{cell_name(cell)}.json", "maxMovesPerPass": 100000, "networkRate": "10Gbit/s",
            "limits": "{total: 64, perHost: 4, perHostIncoming: 2, perHostOutgoing: 2}"}))
    write(os.path.join(out, "fleet.yaml"), head)
    for cell in range(fleet.cells):
        write(os.path.join(out, f"hosts-{cell_name(cell)}.yaml"), [host_document(fleet, h) for h in fleet.hosts_of[cell]])
    write(os.path.join(out, "rules.yaml"), [r for cell in range(fleet.cells) for r in rule_documents(fleet, cell)])
    for part in range(files):
        numbers = range(fleet.instances * part // files, fleet.instances * (part + 1) // files)
        if numbers:
            write(os.path.join(out, f"instances-{part + 1:04d}.yaml"), [instance_document(fleet, i) for i in numbers])


def world_host(host):
    return {"name": host_name(host), "memoryBytes": 512 * GIB, "cpus": 64, "cpuModel": "EPYC-Rome", "networks": ["br0"], "storages": [
        {"id": "nfs", "identity": f"nfs://filer/{host // HOSTS_PER_CELL}", "shared": True, "freeBytes": 500000 * GIB},
        {"id": "ssd", "identity": f"ssd-{host_name(host)}", "shared": False, "freeBytes": 2000 * GIB}]}


def world_instance(fleet, instance):
    # One in eight has its disk on the host.
    storage = "ssd" if instance % 8 == 7 else "nfs"
    memory = (2, 4, 8, 4)[instance % 4] * GIB
    return {"uuid": instance_uuid(instance), "name": instance_name(instance), "host": host_name(fleet.host_of(instance)),
            "memoryMaxBytes": memory, "overheadBytes": 128 << 20, "vcpus": 1 + instance % 4, "networks": ["br0"],
            "disks": [{"target": "vda", "storage": storage, "virtualBytes": 40 * GIB, "allocatedBytes": 10 * GIB}],
            "dirtyBytesPerSecond": 4 << 20, "workingSetBytes": 128 << 20, "autostart": True}


def write_world(fleet, cell, path):
    """One cell's world, an object a line, as the simulator writes it."""
    dump = lambda value: json.dumps(value, separators=(", ", ": "))
    with open(path, "w") as file:
        file.write('{\n"apiVersion": "reconcile/v1",\n"kind": "SimulatedWorld",\n')
        file.write('"clock": {"at": "2026-11-23T06:00:00.000Z", "speed": 60},\n"cells": [\n')
        file.write(f'{{"name": "{cell_name(cell)}", "linkBytesPerSecond": 1250000000,\n"hosts": [\n')
        file.write(",\n".join(dump(world_host(h)) for h in fleet.hosts_of[cell]))
        file.write('\n],\n"instances": [\n')
        file.write(",\n".join(dump(world_instance(fleet, i)) for i in fleet.instances_of(cell)))
        file.write("\n]}\n]\n}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, required=True)
    parser.add_argument("--instances", type=int, required=True)
    parser.add_argument("--maintenance", type=int, default=0, help="hosts in maintenance")
    parser.add_argument("--files", type=int, default=20, help="files for the instances")
    parser.add_argument("out")
    args = parser.parse_args()
    if args.hosts < 1 or args.instances < 0 or not 0 <= args.maintenance <= args.hosts or args.files < 1:
        parser.error("--hosts and --files from 1, --instances from 0, --maintenance from 0 to --hosts")
    fleet = Fleet(args.hosts, args.instances, args.maintenance)
    os.makedirs(os.path.join(args.out, "world"), exist_ok=True)
    write_manifests(fleet, args.files, args.out)
    for cell in range(fleet.cells):
        write_world(fleet, cell, os.path.join(args.out, "world", f"{cell_name(cell)}.json"))
    print(f"{fleet.cells} cells, {args.hosts} hosts ({len(fleet.maintenance)} in maintenance), {args.instances} instances in {args.out}")


if __name__ == "__main__":
    main()
