import LabSupport
import Testing

/// A guest on hv1 that a cold move takes to hv2, and the program killed the moment its journal had a record of that.
struct InterruptedColdMove {
  let fleet: LabFleet
  let before: Counters

  init(_ name: String, after record: String) async throws {
    try await Lab.tidy()
    before = try #require(try await Lab.guest(name, on: "hv1"))
    fleet = try LabFleet([.init(name, "{placement: {host: hv2}, migration: {allow: [cold]}}")])
    try await fleet.killed(after: record)
  }
}
