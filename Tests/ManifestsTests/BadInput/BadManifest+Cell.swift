extension BadManifest {
  static let cell: [BadManifest] = [
    BadManifest(
      "no hypervisor",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {unmanaged: block}
      """,
      """
      m/case.yaml:4:7: error: 'hypervisor' is missing in spec of a Cell
        hint: for example hypervisor: libvirt
      """),
    BadManifest(
      "a misspelt hypervisor",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvrt}
      """,
      """
      m/case.yaml:4:20: error: 'hypervisor' is 'libvrt'; it must be libvirt, xenapi or simulated
        hint: did you mean 'libvirt'?
      """),
    BadManifest(
      "a libvirt cell with a connection",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, connection: 'qemu:///system'}
      """,
      """
      m/case.yaml:4:41: error: a libvirt Cell has no 'connection'
        hint: each Host of the cell has its own, such as qemu+tls://hv1.example/system
      """),
    BadManifest(
      "a simulated cell without a world",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated}
      """,
      """
      m/case.yaml:4:7: error: a simulated Cell needs a 'connection'
        hint: the world file, relative to this file: connection: world/east.json
      """),
    BadManifest(
      "a simulated cell with a list",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: [a]}
      """,
      """
      m/case.yaml:4:43: error: 'connection' must be a path or a mapping, not a list
        hint: connection: world/east.json
      """),
    BadManifest(
      "a simulated cell without world in its mapping",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: {initial: w.json}}
      """,
      """
      m/case.yaml:4:43: error: 'world' is missing in connection of a simulated Cell
        hint: for example world: ../state/east.json
      """),
    BadManifest(
      "a world that is its own beginning",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: {world: w.json, initial: ./w.json}}
      """,
      """
      m/case.yaml:4:68: error: 'initial' is the world file itself
        hint: initial is never written, world is: name two files
      """),
    BadManifest(
      "an unknown policy",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, migrationPolicy: gentel}
      """,
      """
      m/case.yaml:4:46: error: no MigrationPolicy is named 'gentel'
        hint: did you mean 'gentle'?
      """),
    BadManifest(
      "limits above each other",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, limits: {total: 2, perHost: 3, perHostIncoming: 4, perHostOutgoing: 5}}
      """,
      """
      m/case.yaml:4:57: warning: 'perHost' is 3, above 'total', which is 2
        hint: 'total' holds all the same; lower one, raise the other
      m/case.yaml:4:77: warning: 'perHostIncoming' is 4, above 'perHost', which is 3
        hint: 'perHost' holds all the same; lower one, raise the other
      m/case.yaml:4:97: warning: 'perHostOutgoing' is 5, above 'perHost', which is 3
        hint: 'perHost' holds all the same; lower one, raise the other
      """),
    BadManifest(
      "a limit of 0",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: libvirt, limits: {total: 0}}
      """,
      """
      m/case.yaml:4:45: error: 'total' is 0; it must be from 1 to 10000
        hint: for example total: 8
      """),
    BadManifest(
      "no connection",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi}
      """,
      """
      m/case.yaml:4:7: error: a xenapi Cell needs a 'connection'
        hint: for example connection: {url: https://pool-master, credentials: {name: pool1}}
      """),
    BadManifest(
      "a connection that is a text",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: https://pool}
      """,
      """
      m/case.yaml:4:40: error: 'connection' must be a mapping, not text
        hint: for example connection: {url: https://pool-master, credentials: {name: pool1}}
      """),
    BadManifest(
      "no credentials",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool}}
      """,
      """
      m/case.yaml:4:40: error: 'credentials' is missing in connection of a xenapi Cell
        hint: for example credentials: {name: pool1}
      """),
    BadManifest(
      "empty credentials",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {}}}
      """,
      """
      m/case.yaml:4:73: error: 'credentials' names none
        hint: for example credentials: {name: pool1}
      """),
    BadManifest(
      "two credentials",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {name: a, env: B}}}
      """,
      """
      m/case.yaml:4:88: error: 'credentials' names more than one
        hint: keep name
      """),
    BadManifest(
      "a variable's name that is none",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {env: 'A B'}}}
      """,
      """
      m/case.yaml:4:79: error: 'env' is 'A B', which is not the name of an environment variable
        hint: letters, digits and _, not starting with a digit; for example env: RECONCILE_CREDENTIAL_POOL1
      """),
    BadManifest(
      "http",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: http://pool, credentials: {name: X}}}
      """,
      """
      m/case.yaml:4:46: error: 'url' is http://, which sends the password in clear
        hint: write https://; in a lab, insecure: true allows it
      """),
    BadManifest(
      "a user in the URL",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://root:secret@pool, credentials: {name: X}}}
      """,
      """
      m/case.yaml:4:46: error: 'url' holds a user name
        hint: user and password are where 'credentials' says; for example url: https://pool-master.example
      """),
    BadManifest(
      "a pin and a caFile",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {name: X}, pin: \
      sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=, caFile: ca.pem}}
      """,
      """
      m/case.yaml:4:151: error: both 'pin' and 'caFile' are given
        hint: keep one: a pinned key is trusted without an authority
      """),
    BadManifest(
      "a pin and insecure",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {name: X}, pin: \
      sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=, insecure: true}}
      """,
      """
      m/case.yaml:4:89: error: a trusted certificate together with 'insecure: true'
        hint: remove 'insecure', or the certificate for a lab
      """),
    BadManifest(
      "a bad pin",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {name: X}, pin: sha256//abc}}
      """,
      """
      m/case.yaml:4:89: error: 'pin' is 'sha256//abc', which is not a pinned public key
        hint: sha256// and the base64 of the SHA-256 of the public key (44 characters); several joined by ";"; for example pin: \
      sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
      """),
    BadManifest(
      "an address of an unknown host",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {name: X}, addresses: {hv11: 10.0.0.1}}}
      """,
      """
      m/case.yaml:4:96: error: no Host is named 'hv11'
        hint: did you mean 'hv1'?
      """),
    BadManifest(
      "an address of another cell's host",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {name: X}, addresses: {hv1: 10.0.0.1}}}
      """,
      """
      m/case.yaml:4:96: error: Host 'hv1' is in cell 'east', not in 'c'
        hint: it is declared at m/base.yaml:12:18
      """),
    BadManifest(
      "an address with a scheme",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {name: X}, addresses: {h: 'tcp://a'}}}
      """,
      """
      m/case.yaml:4:99: error: 'h' is 'tcp://a', which is not a host name or IP address, with or without a port
        hint: without scheme; an IPv6 address with a port in brackets; of digits and dots alone only if it is an IPv4 address; for example h: \
      10.0.8.11
      """),
    BadManifest(
      "a world that leaves the folder",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: {world: ../../../../../../../etc/w.json, initial: /etc/passwd}}
      """,
      """
      m/case.yaml:4:51: error: 'world' leads to '/etc/w.json', outside of the folder of the manifests
        hint: move the file into 'm' or the folder of --state, or allow its folder with --allow-path FOLDER
      m/case.yaml:4:93: error: 'initial' leads to '/etc/passwd', outside of the folder of the manifests
        hint: move the file into 'm', or allow its folder with --allow-path FOLDER
      """),
    BadManifest(
      "a world in place of the database",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: ../state/reconcile.db}
      """,
      """
      m/case.yaml:4:43: error: 'connection' is 't/state/reconcile.db', which is not named *.json
        hint: a world is a file such as world/east.json
      """),
    BadManifest(
      "a world among git's own files",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: simulated, connection: .git/hooks/world.json}
      """,
      """
      m/case.yaml:4:43: error: 'connection' leads to 'm/.git/hooks/world.json', outside of the folder of the manifests
        hint: move the file into 'm' or the folder of --state, or allow its folder with --allow-path FOLDER
      """),
    BadManifest(
      "a file of the manifest's choice as credentials",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {file: /etc/ceph/ceph.client.admin.keyring}}}
      """,
      """
      m/case.yaml:4:80: error: 'credentials' names a file, so that whoever writes manifests chooses which secret is sent where
        hint: write {name: NAME} and put it into /etc/reconcile/credentials/NAME with the addresses it is for (docs/xenapi.md), or run with \
      --allow-credential-paths
      """),
    BadManifest(
      "a variable of the manifest's choice as credentials",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {env: AWS_SECRET_ACCESS_KEY}}}
      """,
      """
      m/case.yaml:4:79: error: 'credentials' names an environment variable, so that whoever writes manifests chooses which secret is sent where
        hint: write {name: NAME} and put it into /etc/reconcile/credentials/NAME with the addresses it is for (docs/xenapi.md), or run with \
      --allow-credential-paths
      """),
    BadManifest(
      "a credential's name that is a path",
      """
      apiVersion: reconcile/v1
      kind: Cell
      metadata: {name: c}
      spec: {hypervisor: xenapi, connection: {url: https://pool, credentials: {name: ../../shadow}}}
      """,
      """
      m/case.yaml:4:80: error: 'name' is '../../shadow', which is not a name
        hint: 1 to 253 of A-Z a-z 0-9 . _ - and it starts with a letter or digit; for example name: pool1
      """),
  ]
}
