import Foundation
import LabSupport
import Testing

/// What no sequence of a test may bring about, however it ends.
enum Judgement {
  /// How long a doubled guest needs to be noticed by the monitor and to spoil what it reads back.
  static let watch = Duration.seconds(3)

  /// The guest runs on one host at most, was booted that many times since, and has lost no byte. Returns the host where it runs.
  @discardableResult
  static func never(
    _ name: String, twiceSince before: Counters?, boots: ClosedRange<UInt32> = 0...0, _ context: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String? {
    try await Task.sleep(for: watch)
    let states = try await Lab.states(name)
    let running = states.filter { $0.value.hasPrefix("running") }.keys.sorted()
    let comment: Comment = "\(states) \(context)"
    #expect(try Lab.monitorReports(of: name) == [], comment, sourceLocation: sourceLocation)
    #expect(running.count <= 1, comment, sourceLocation: sourceLocation)
    guard let host = running.first else { return nil }
    let after = try await Lab.running(name, on: host)
    #expect(after.err == 0, comment, sourceLocation: sourceLocation)
    let first = before?.boots ?? 0
    let allowed = first + boots.lowerBound...first + boots.upperBound
    #expect(allowed.contains(after.boots), comment, sourceLocation: sourceLocation)
    return host
  }

  /// Exit 0 and "In sync" are only said of a guest that runs.
  static func truthful(_ ended: Ended, runs: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
    if !runs { #expect(ended.status != 0 && !ended.claimsSync, "\(ended)", sourceLocation: sourceLocation) }
  }
}

extension Ended {
  /// It calls an instance in sync ("In sync: 0 instances" does not).
  var claimsSync: Bool { output.contains(/In sync: [1-9]/) }
}

extension Lab {
  /// Of several forms of a sequence the first is enough for every run; the whole is for `make test-lab-full`.
  static func first<Form>(of forms: [Form]) -> [Form] { isFull ? forms : Array(forms.prefix(1)) }
}
