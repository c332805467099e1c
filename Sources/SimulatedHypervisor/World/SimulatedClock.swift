package import Fleet

/// What time it is in a simulated world and how fast it runs beside the wall's.
package struct SimulatedClock: Sendable, Equatable, Codable {
  /// World time of the last change.
  package var at: Timestamp
  /// Wall time of the last change; nil: nothing was ever changed, the world stands still at `at`.
  package var wallAt: Timestamp?
  /// World seconds in one second of the wall.
  package var speed: Double

  package init(at: Timestamp = Timestamp(milliseconds: 0), wallAt: Timestamp? = nil, speed: Double = 1) {
    self.at = at
    self.wallAt = wallAt
    self.speed = speed
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    at = try container.decodeIfPresent(Timestamp.self, forKey: .at) ?? Timestamp(milliseconds: 0)
    wallAt = try container.decodeIfPresent(Timestamp.self, forKey: .wallAt)
    speed = try container.decodeIfPresent(Double.self, forKey: .speed) ?? 1
    guard (0.001...1_000_000).contains(speed) else {
      throw DecodingError.dataCorruptedError(forKey: .speed, in: container, debugDescription: "must be from 0.001 to 1000000")
    }
  }

  /// World time when the wall's is `wall`; a wall clock set back stops the world, it never turns back.
  package func worldTime(at wall: Timestamp) -> Timestamp {
    guard let wallAt else { return at }
    return at.adding(milliseconds: Int(Double(max(0, wall.milliseconds(since: wallAt))) * speed))
  }
}
