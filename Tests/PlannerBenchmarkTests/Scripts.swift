import Foundation
import LabSupport
import PlannerBenchmark
import Testing

/// The benchmark's own Python programs: they make instances, and replay plans without sharing code with the planner.
enum Scripts {
  static let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Benchmarks/planner"
  static let hasPython = ["/usr/bin", "/usr/local/bin", "/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/python3")
  }

  /// Path of a new instance in the folder.
  static func generate(
    _ family: String, _ size: String, seed: Int, _ options: [String] = [], in place: TemporaryFolder
  ) async throws -> String {
    let path = place.path("\(family)-\(size)-\(seed).json")
    let ended = try await python("generate.py", [family, size, "--seed", "\(seed)", "-o", path] + options)
    try #require(ended.status == 0, "\(ended)")
    return path
  }

  /// What verify.py says of a plan.
  struct Verdict: Decodable {
    var valid: Bool
    var moves: Int?
    var cost: Int?
    var makespan: Int?
    var messages: [String]
  }

  static func verify(_ plan: [UInt8], of instance: String, in place: TemporaryFolder) async throws -> Verdict {
    let ended = try await python("verify.py", [instance, try place.write(plan, "plan.json"), "--json"])
    return try JSONDecoder().decode(Verdict.self, from: Data(ended.output.utf8))
  }

  /// True if recheck.py, working it out anew, proves the bound of a plan as far as it can.
  static func isProvedAgain(_ plan: [UInt8], of instance: String, in place: TemporaryFolder) async throws -> Bool {
    let ended = try await python("recheck.py", [instance, try place.write(plan, "plan.json")])
    return (ended.status == 0 || ended.status == 3) && ended.errors.isEmpty
  }

  private static func python(_ script: String, _ arguments: [String]) async throws -> Ended {
    try await Running("python3", ["-B", "\(folder)/\(script)"] + arguments).wait(within: .seconds(60))
  }
}
