/// A fleet that writes every key there is, none with its default. JSON is YAML, so the schema and the decoder read the same text.
enum FullManifests {
  static let documents: [String] = [
    #"{"apiVersion": "reconcile/v1", "kind": "Fleet", "metadata": {"name": "full", "labels": {"owner": "ops"}}, "spec": {}}"#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Cell", "metadata": {"name": "east", "labels": {"site": "1"}}, "spec": {
      "hypervisor": "libvirt", "limits": {"total": 9, "perHost": 8, "perHostIncoming": 3, "perHostOutgoing": 4},
      "networkRate": "10Gbit/s", "maxMovesPerPass": 7, "unmanaged": "evacuate", "migrationPolicy": "firm"}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Cell", "metadata": {"name": "pool"}, "spec": {"hypervisor": "xenapi", "connection": {
      "url": "https://pool-master.example", "pin": "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
      "credentials": {"name": "pool1"}, "addresses": {"xen1": "10.0.8.11", "xen2": "fd00::2"}}}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Cell", "metadata": {"name": "pool-ca"}, "spec": {"hypervisor": "xenapi", "connection": {
      "url": "https://ca.example:8443", "caFile": "../ca.pem", "credentials": {"file": "/etc/xen.credentials"}}}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Cell", "metadata": {"name": "pool-lab"}, "spec": {"hypervisor": "xenapi", "connection": {
      "url": "http://lab", "insecure": true, "credentials": {"env": "RECONCILE_CREDENTIAL_LAB"}}}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Cell", "metadata": {"name": "sim"}, "spec": {"hypervisor": "simulated",
      "connection": {"world": "../state/./sim.json", "initial": "world/sim.json"}}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Cell", "metadata": {"name": "sim-path"}, "spec": {"hypervisor": "simulated", "connection": "world/a.json"}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Host", "metadata": {"name": "hv1", "labels": {"zone": "a", "rack": ""}}, "spec": {
      "cell": "east", "connection": "qemu+tls://hv1.example/system", "migrationAddress": "10.0.9.11",
      "maintenance": {"enabled": true, "reason": "firmware", "ticket": "OPS-1", "until": "2026-11-23T18:00:00Z"},
      "capacity": {"vcpuOvercommit": 2.5, "memoryOvercommit": 1.25, "reservedMemory": "512MiB", "reservedVcpus": 2, "relieve": true},
      "decommissioned": true}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Host", "metadata": {"name": "hv2", "labels": {"zone": "b"}}, "spec": {
      "cell": "east", "connection": "qemu+ssh://root@hv2/system", "maintenance": {"enabled": false, "reason": "over"}}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Host", "metadata": {"name": "hv3", "labels": {"zone": "b"}}, "spec": {
      "cell": "east", "connection": "qemu:///session", "maintenance": true}}
    """#,
    #"{"apiVersion": "reconcile/v1", "kind": "Host", "metadata": {"name": "xen1"}, "spec": {"cell": "pool"}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "Host", "metadata": {"name": "xen2"}, "spec": {"cell": "pool", "connection": "xen-two"}}"#,
    #"{"apiVersion": "reconcile/v1", "kind": "Host", "metadata": {"name": "sim1"}, "spec": {"cell": "sim"}}"#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Instance", "metadata": {"name": "a-host", "labels": {"app": "web"}}, "spec": {
      "cell": "east", "uuid": "6D7C1F0E-4F0B-4C3E-9D55-0D2F5B1C7A10", "placement": {"host": "hv2", "required": true},
      "targetStorage": {"vda": "fast", "vdb": "big pool"}, "migration": {"policy": "firm", "allow": ["cold", "live"]}}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Instance", "metadata": {"name": "b-any", "labels": {"app": "web"}}, "spec": {
      "cell": "east", "placement": {"anyOf": ["hv2", "hv1"]}, "migration": {"allow": []}}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "Instance", "metadata": {"name": "c-labels"}, "spec": {
      "cell": "east", "placement": {"hosts": {"labels": {"zone": "b"}}}}}
    """#,
    #"{"apiVersion": "reconcile/v1", "kind": "Instance", "metadata": {"name": "d-nowhere"}, "spec": {"cell": "sim"}}"#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "PlacementRule", "metadata": {"name": "r1", "labels": {"owner": "ops"}}, "spec": {"kind": "separate",
      "instances": {"labels": {"app": "web"}}, "across": "zone", "maximum": 2, "enforcement": "preferred", "hold": "always"}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "PlacementRule", "metadata": {"name": "r2"}, "spec": {"kind": "spread",
      "instances": {"labels": {"app": "web"}}, "across": "host", "maxSkew": 3}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "PlacementRule", "metadata": {"name": "r3"}, "spec": {"kind": "together",
      "instances": {"labels": {"app": "web"}}, "enforcement": "preferred"}}
    """#,
    #"""
    {"apiVersion": "reconcile/v1", "kind": "MigrationPolicy", "metadata": {"name": "firm", "labels": {"owner": "ops"}}, "spec": {
      "downtime": {"maximum": "2s", "steps": 5, "delay": "1m", "curve": "linear"}, "completionTimeoutPerGiB": "10m", "onTimeout": "postCopy",
      "autoConverge": true, "postCopy": true, "bandwidth": "100MiB/s", "connections": 4, "compression": true, "encryption": "required",
      "coldShutdown": {"timeout": "3m", "onTimeout": "powerOff"}, "handover": "fast", "reserveHotplugMemory": true,
      "sourceRetention": "7d"}}
    """#,
  ]

  static var text: String { documents.joined(separator: "\n---\n") + "\n" }
}
