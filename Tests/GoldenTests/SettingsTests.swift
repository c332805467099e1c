import Foundation
import Testing

/// Flag, environment, file, default: which goes before which, in the program as it is.
@Suite struct SettingsTests {
  private struct Shown: Decodable {
    struct Setting: Decodable, Equatable {
      var name: String
      var value: String?
      var origin: String
      var variable: String?
      var flag: String?

      static func == (left: Self, right: Self) -> Bool {
        (left.name, left.value, left.origin) == (right.name, right.value, right.origin)
      }
    }
    var file: String?
    var settings: [Setting]
    subscript(name: String) -> Setting? { settings.first { $0.name == name } }
  }

  /// `RECORD_DOCS=1` writes the table anew.
  @Test func theTableOfVariablesIsTheProgram() throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    let rows = try shown(program, [], [:]).settings.map { setting in
      "| `\(setting.name)` | \(setting.variable.map { "`\($0)`" } ?? "–") | \(setting.flag.map { "`\($0)`" } ?? "–") |\n"
    }
    let file = ReconcileProgram.root.appending(path: "docs/configuration.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let opening = "| setting | variable | flag |\n|---|---|---|\n"
    let start = try #require(page.ranges(of: opening).first?.upperBound)
    let end = try #require(page[start...].ranges(of: "\n").first { page[$0.upperBound...].first != "|" }?.upperBound)
    let made = page.replacingCharacters(in: start..<end, with: rows.joined())
    if ProcessInfo.processInfo.environment["RECORD_DOCS"] != nil { return try Data(made.utf8).write(to: file) }
    #expect(page == made, "docs/configuration.md is out of step: RECORD_DOCS=1 swift test --filter SettingsTests")
  }

  private static let file = """
    apiVersion: reconcile/v1
    kind: Configuration
    manifests: manifests
    state: db/reconcile.db
    interval: 5m
    objective: cost

    """

  private func shown(_ program: ReconcileProgram, _ arguments: [String], _ environment: [String: String]) throws -> Shown {
    let ended = try program.start(["config", "-o", "json"] + arguments, environment: environment).wait()
    #expect(ended.status == 0, "\(ended)")
    return try JSONDecoder().decode(Shown.self, from: Data(ended.output.utf8))
  }

  @Test func eachSourceGoesBeforeTheNext() throws {
    let program = try ReconcileProgram()
    defer { program.remove() }
    try program.write(Self.file, to: "etc/r.yaml")
    let environment = ["RECONCILE_CONFIG": "etc/r.yaml", "RECONCILE_INTERVAL": "2m", "RECONCILE_STATE": "env.db", "RECONCILE_COLOR": ""]
    let found = try shown(program, ["--state", "flag.db"], environment)
    #expect(found.file == "etc/r.yaml")
    #expect(found["state"] == .init(name: "state", value: "flag.db", origin: "--state"))
    #expect(found["interval"] == .init(name: "interval", value: "120s", origin: "RECONCILE_INTERVAL"))
    #expect(found["objective"] == .init(name: "objective", value: "cost", origin: "etc/r.yaml:6"))
    #expect(found["manifests"] == .init(name: "manifests", value: "etc/manifests", origin: "etc/r.yaml:3"))
    #expect(found["color"] == .init(name: "color", value: "auto", origin: "default"))
    #expect(found["notify"]?.value == nil)
    // --config goes before RECONCILE_CONFIG, and an empty one reads none.
    try program.write(Self.file.replacing("5m", with: "9m"), to: "other.yaml")
    #expect(try shown(program, ["--config", "other.yaml"], ["RECONCILE_CONFIG": "etc/r.yaml"])["interval"]?.value == "540s")
    #expect(try shown(program, [], ["RECONCILE_CONFIG": ""])["interval"]?.origin == "default")
    let text = try program.run("config", "--config", "other.yaml", environment: ["RECONCILE_INTERVALL": "1m"])
    #expect(text.output.contains("Configuration file: other.yaml") && text.output.contains("other.yaml:5"), "\(text.output)")
    #expect(text.errors.contains("RECONCILE_INTERVALL is no setting: nothing reads it\n  hint: did you mean RECONCILE_INTERVAL?"))
  }

  /// What is set is what the commands go by.
  @Test func theCommandsGoByIt() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    try FileManager.default.moveItem(at: program.folder.appending(path: "manifests"), to: program.folder.appending(path: "fleet"))
    try program.write(
      Self.file.replacing("manifests: manifests", with: "manifests: ../fleet").replacing("db/", with: "../db/"), to: "etc/r.yaml")
    let environment = ["RECONCILE_CONFIG": "etc/r.yaml"]
    #expect(try program.run("run", "--yes", environment: environment).status == 0)
    #expect(FileManager.default.fileExists(atPath: program.folder.appending(path: "db/reconcile.db").path))
    let status = try program.run("status", environment: environment)
    #expect(status.status == 0 && status.output.contains("Last pass"), "\(status)")
    #expect(try program.run("history", "--config", "etc/r.yaml").status == 0)
  }

  @Test(arguments: [
    (["RECONCILE_INTERVAL": "soon"], "RECONCILE_INTERVAL is 'soon'; it must be from 1s to 24h, such as 60s or 5m"),
    (["RECONCILE_QUIET": "yes"], "RECONCILE_QUIET is 'yes'; it must be true or false"),
    (["RECONCILE_OBJECTIVE": "speed"], "RECONCILE_OBJECTIVE is 'speed'; it must be moves or cost"),
    (["RECONCILE_CONFIG": "nowhere.yaml"], "nowhere.yaml:1:1: error: the file cannot be read"),
    (["RECONCILE_CONFIG": "bad.yaml"], "bad.yaml:3:11: error: 'interval' is 60 without a unit"),
  ])
  func whatCannotBeUsedEndsIt(environment: [String: String], expected: String) throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    try program.write("apiVersion: reconcile/v1\nkind: Configuration\ninterval: 60\n", to: "bad.yaml")
    for command in ["plan", "status", "config", "validate"] {
      let ended = try program.run(command, environment: environment)
      #expect(ended.status == 64 && ended.errors.contains(expected) && ended.output.isEmpty, "\(command): \(ended)")
    }
    // These say nothing of a fleet.
    for arguments in [["version"], ["schema", "config"], ["completion", "bash"]] {
      #expect(try program.start(arguments, environment: environment).wait().status == 0)
    }
  }

  /// SIGHUP reads it again: what is right holds from then on, what is wrong changes nothing.
  @Test func aWatchReadsItAgain() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    let settings = "apiVersion: reconcile/v1\nkind: Configuration\nlogFormat: json\ninterval: 1h\nmanifests: manifests\n"
    try program.write(settings, to: "r.yaml")
    let running = try program.start(["watch", "--config", "r.yaml"], environment: [:])
    defer { running.kill(SIGKILL) }
    func wait(forPasses count: Int) throws {
      let deadline = ContinuousClock.now + .seconds(120)
      while ContinuousClock.now < deadline {
        if let passes = try? program.sql("SELECT count(*) FROM pass"), (Int(passes) ?? 0) >= count { return }
        usleep(50_000)
      }
      Issue.record("no \(count) passes in time")
    }
    try wait(forPasses: 1)
    try program.write(settings.replacing("1h", with: "soon"), to: "r.yaml")
    running.kill(SIGHUP)
    try wait(forPasses: 2)
    try program.write(settings.replacing("1h", with: "1s"), to: "r.yaml")
    running.kill(SIGHUP)
    try wait(forPasses: 5)
    running.kill(SIGTERM)
    let ended = running.wait()
    #expect(ended.status == 0)
    #expect(ended.output.contains("r.yaml:4:11: error: 'interval' is 'soon'"), "\(ended.output)")
    let lines = try ended.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let names = lines.compactMap { $0["event"] as? String }
    #expect(
      names.first == "started" && names.contains("settingsRefused") && names.contains("settingsReloaded") && names.contains("stopping"))
    #expect(names.count { $0 == "planned" } == 1 && names.count { $0 == "movePlanned" } == 2, "a plan is told once: \(names)")
    #expect(names.count { $0 == "moveStarted" } == 2 && names.count { $0 == "moveEnded" } == 2 && names.count { $0 == "passEnded" } >= 5)
    #expect(lines.allSatisfy { $0["time"] is String && $0["level"] is String && $0["message"] is String })
    let move = try #require(lines.first { $0["event"] as? String == "moveEnded" })
    #expect(move["instance"] is String && move["cell"] is String && move["move"] is String && move["pass"] as? Int == 1)
  }

  /// Who is told, by the program itself: once, also by the next process.
  @Test func aProgramIsToldOnce() throws {
    let program = try ReconcileProgram(copying: "manifests/examples/minimal")
    defer { program.remove() }
    try program.write("#!/bin/sh\ncat >> \(program.folder.path)/told\n", to: "tell")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.folder.appending(path: "tell").path)
    try program.write(
      "apiVersion: reconcile/v1\nkind: Configuration\nnotify: [{kind: command, command: [\(program.folder.path)/tell]}]\n", to: "r.yaml")
    for _ in 0..<2 { #expect(try program.run("run", "--yes", "--config", "r.yaml").status == 0) }
    func told() throws -> [String] {
      let text = try String(contentsOf: program.folder.appending(path: "told"), encoding: .utf8)
      return text.split(separator: "\n").filter { $0.contains("\"event\"") || $0.contains("\"text\"") }.map(String.init)
    }
    let first = try told()
    #expect(first.count == 2 && first[0].contains("converged") && first[1].contains("2 instances moved"), "\(first)")
    try program.write("broken: [", to: "manifests/new.yaml")
    let watch = try program.run("watch", "--passes", "1", "--config", "r.yaml")
    #expect(watch.status == 65)
    let second = try told()
    #expect(second.count == 4 && second[2].contains("manifestsInvalid") && second[3].contains("new.yaml"), "\(second)")
  }
}
