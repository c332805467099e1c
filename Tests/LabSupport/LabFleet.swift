package import Foundation

/// A folder with manifests over the lab's hosts, a database, and the built program run on them as a user would.
package final class LabFleet: Sendable {
  /// A guest as the manifests name it.
  package struct Instance: Sendable {
    var name: String
    var spec: String
    /// `spec` is the YAML flow mapping under `spec:`, without `cell`.
    package init(_ name: String, _ spec: String = "{}") { (self.name, self.spec) = (name, spec) }
  }

  /// Beside the test bundle, where the package manager links it.
  package static let executable: URL = {
    let bundle = URL(filePath: CommandLine.arguments[0])
    let candidates = [bundle.deletingLastPathComponent(), Lab.root.appending(path: ".build/debug")]
    return candidates.map { $0.appending(path: "reconcile") }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? Lab.root.appending(path: ".build/debug/reconcile")
  }()

  package let folder: URL
  /// The database that its runs keep.
  package var database: URL { folder.appending(path: "state/reconcile.db") }

  /// Holds the process id of the run that was started last, for commands made before it is.
  package var pidFile: URL { folder.appending(path: "program.pid") }

  private let instances: [Instance]
  private let policy: String

  /// All instances under one policy, whose spec is given as a YAML flow mapping.
  package init(_ instances: [Instance], policy: String = "{}") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-lab-\(UUID().uuidString)")
    (self.instances, self.policy) = (instances, policy)
    try FileManager.default.createDirectory(at: folder.appending(path: "manifests"), withIntermediateDirectories: true)
    try declare(maintenance: [])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes the manifests anew; each call is a new revision, which also ends back-offs. What is not given is as at first.
  package func declare(
    maintenance: Set<String> = [], instances: [Instance]? = nil, hosts: [String] = Lab.hosts, decommissioned: Set<String> = [],
    addresses: [String: String] = [:]
  ) throws {
    let limits = "{total: 8, perHost: 8, perHostIncoming: 8, perHostOutgoing: 8}"
    var documents = [
      document("Fleet", "lab", "{}"), document("Cell", "east", "{hypervisor: libvirt, migrationPolicy: only, limits: \(limits)}"),
      document("MigrationPolicy", "only", policy),
    ]
    for host in hosts {
      let connection =
        "cell: east, connection: \"qemu+tcp://\(addresses[host] ?? host)/system\", maintenance: \(maintenance.contains(host))"
        + (decommissioned.contains(host) ? ", decommissioned: true" : "")
      documents.append(document("Host", host, "{\(connection), capacity: {reservedMemory: 256MiB, vcpuOvercommit: 20.0}}"))
    }
    documents += (instances ?? self.instances).map { document("Instance", $0.name, $0.spec) }
    let text = "# \(UUID().uuidString)\n" + documents.joined(separator: "---\n")
    try Data(text.utf8).write(to: folder.appending(path: "manifests/lab.yaml"), options: .atomic)
  }

  /// The program in the background; its files are in `folder`.
  package func start(_ arguments: String...) throws -> Running { try start(arguments) }

  /// The program in the background with its wall clock that many seconds ahead of the hosts' (negative: behind).
  package func start(clock seconds: Int, _ arguments: String...) throws -> Running {
    guard let folder = Lab.variable("LAB_DIR") else { throw LabError("LAB_DIR is not set: run the tests by Scripts/test-lab") }
    return try start(arguments, ["CLOCK_SHIFT": "\(seconds)", "LD_PRELOAD": "\(folder)/clock.so"])
  }

  /// The program, run to its end.
  package func run(_ arguments: String..., within limit: Duration = .seconds(120)) async throws -> Ended {
    try await start(arguments).wait(within: limit)
  }

  /// The plan of a dry run.
  package func plan() async throws -> SeenPlan {
    let ended = try await run("--dry-run", "--output", "json")
    guard let plan = try? JSONDecoder().decode(SeenPlan.self, from: Data(ended.output.utf8)) else {
      throw LabError("no plan: \(ended)")
    }
    return plan
  }

  private func start(_ arguments: [String], _ more: [String: String] = [:]) throws -> Running {
    let base = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.path, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "RECONCILE_CONFIG": "",
    ]
    let environment = base.merging(more) { _, new in new }
    let program = try Running(Self.executable.path, arguments, in: folder.path, environment: environment)
    try Data("\(program.pid)".utf8).write(to: pidFile)
    return program
  }

  /// A second controller: the same manifests and a copy of the database, in a folder of its own.
  package func copied() throws -> LabFleet {
    let other = try LabFleet(instances, policy: policy)
    try FileManager.default.copyItem(at: folder.appending(path: "state"), to: other.folder.appending(path: "state"))
    return other
  }

  private func document(_ kind: String, _ name: String, _ spec: String) -> String {
    "apiVersion: reconcile/v1\nkind: \(kind)\nmetadata: {name: \(name)}\n" + (spec == "{}" ? "" : "spec: \(spec)\n")
  }
}

/// What the tests read of a plan in JSON.
package struct SeenPlan: Decodable, Sendable {
  package struct Move: Decodable, Sendable {
    package var instance: String
    package var from: String
    package var to: String
    package var mode: String
    package var storage: String?
  }
  package struct Blocked: Decodable, Sendable {
    package var instance: String?
    package var reason: String
    package var text: String
    package var hint: String?
  }
  package var moves: [Move]
  package var blocked: [Blocked]

  package func move(of instance: String) -> Move? { moves.first { $0.instance == instance } }
  package func blocker(of instance: String) -> Blocked? { blocked.first { $0.instance == instance } }
}
