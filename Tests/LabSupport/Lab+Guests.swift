import Foundation

extension Lab {
  /// Makes a guest and waits until it has drawn its first heartbeats; options as of `lab guest`.
  @discardableResult
  package static func guest(_ name: String, on host: String, _ options: String...) async throws -> Counters? {
    let ended = try await run(["guest", name, host] + options)
    guard ended.status == 0 else { throw LabError("lab guest \(name): \(ended)") }
    if options.contains("--no-start") { return nil }
    return try await running(name, on: host)
  }

  /// The guest's counters, once it runs there and has counted its first ticks (20 s at most).
  package static func running(_ name: String, on host: String) async throws -> Counters {
    try await eventually("\(name) ticks on \(host)") {
      guard let counters = try? await peek(name, on: host), counters.ticks > 2 else { return nil }
      return counters
    }
  }

  /// The guest's own counters, read from its memory on that host.
  package static func peek(_ name: String, on host: String) async throws -> Counters {
    let ended = try await run(["peek", name, host], within: .seconds(15))
    guard let counters = Counters(ended.output) else { throw LabError("no counters of \(name) on \(host): \(ended)") }
    return counters
  }

  /// The counters of the guest's last heartbeat on its console, wherever it runs; also while a migration keeps its monitor busy.
  package static func beat(_ name: String) async throws -> Counters {
    let ended = try await run(["beat", name, "3"])
    guard let counters = ended.output.split(separator: "\n").reversed().lazy.compactMap({ Counters(String($0)) }).first else {
      throw LabError("no heartbeat of \(name): \(ended)")
    }
    return counters
  }

  /// State and reason on each host that has the guest (`running (migrated)`); `?` for a host that does not answer.
  package static func states(_ name: String) async throws -> [String: String] {
    var states: [String: String] = [:]
    for word in try await must("where", name).split(whereSeparator: \.isWhitespace) {
      let parts = word.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { states[String(parts[0])] = String(parts[1]).replacing("_", with: " ") }
    }
    return states
  }

  /// The hosts that keep a definition of the guest.
  package static func definitions(_ name: String) async throws -> [String] {
    var found: [String] = []
    for host in hosts {
      let ended = try await virsh(host, "list", "--all", "--persistent", "--name")
      guard ended.status == 0 else { throw LabError("\(host): \(ended)") }
      if ended.output.split(whereSeparator: \.isNewline).contains(Substring(name)) { found.append(host) }
    }
    return found
  }

  /// Waits until a migration of the guest has sent its first bytes from that host (30 s at most).
  package static func migrationUnderWay(_ name: String, from host: String) async throws {
    try await eventually("a migration of \(name) from \(host)") {
      let job = try await virsh(host, "domjobinfo", name)
      let sent = job.output.split(separator: "\n").first { $0.hasPrefix("Data processed:") }
      return job.output.contains("Unbounded") && sent?.contains(" 0.000 B") == false ? () : nil
    }
  }

  /// What `lab monitor`, which watches all tests, has said of a guest.
  package static func monitorReports(of name: String) throws -> [String] {
    guard let file = variable("LAB_MONITOR_LOG") else { throw LabError("LAB_MONITOR_LOG is not set: run the tests by Scripts/test-lab") }
    return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("SPLIT-BRAIN guest=\(name) ") }
  }
}

/// Asks until there is an answer, every 50 ms; throws past the limit.
@discardableResult
package func eventually<Answer>(
  _ what: String, within limit: Duration = .seconds(30), _ ask: () async throws -> Answer?
) async throws -> Answer {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if let answer = try await ask() { return answer }
    try await Task.sleep(for: .milliseconds(50))
  }
  throw LabError("did not come within \(limit): \(what)")
}
