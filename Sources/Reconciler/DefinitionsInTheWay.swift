import Fleet
import Planning

/// Hosts that have a definition already of a guest that runs elsewhere, or of another guest of its name: no hypervisor lets it come there.
enum DefinitionsInTheWay {
  /// Guests of one name in a cell that are told apart here; of more, the driver refuses the move when it begins.
  static let namesakesMax = 64

  static func refusals(_ seen: Observation) -> [HostRefusal] {
    seen.cells.flatMap { cell in leftovers(cell) + namesakes(cell) }
  }

  /// A guest that runs in one copy, and whose others are off. One that is off in all of them is ambiguous and is not moved at all.
  private static func leftovers(_ cell: CellObservation) -> [HostRefusal] {
    Dictionary(grouping: cell.instances, by: \.uuid).values.filter { $0.count > 1 }.flatMap { copies -> [HostRefusal] in
      let running = copies.filter(\.power.isActive)
      guard running.count == 1, let home = running[0].host else { return [] }
      return copies.compactMap { copy in
        guard let host = copy.host, host != home else { return nil }
        return refusal(
          running[0], cell, host, "\(host) has a definition of \(copy.name) that is off: look at it, and undefine it there if it is stale")
      }
    }
  }

  private static func namesakes(_ cell: CellObservation) -> [HostRefusal] {
    Dictionary(grouping: cell.instances, by: \.name).values.filter { 2...namesakesMax ~= $0.count }.flatMap { namesakes -> [HostRefusal] in
      namesakes.flatMap { guest in
        namesakes.compactMap { other -> HostRefusal? in
          guard let host = other.host, other.uuid != guest.uuid, host != guest.host else { return nil }
          return refusal(guest, cell, host, "\(host) has another guest named \(guest.name), with uuid \(other.uuid): rename one of them")
        }
      }
    }
  }

  private static func refusal(_ guest: InstanceObservation, _ cell: CellObservation, _ host: HostName, _ text: String) -> HostRefusal {
    HostRefusal(cell: cell.name, instance: guest.name, uuid: guest.uuid, host: host, onlineOnly: false, text: text, origin: .facts)
  }
}

extension Observation {
  /// The same look, with the hosts that are closed to single guests by what is known of them.
  func heedingWhatIsInTheWay(_ memory: PlanningMemory) -> Observation {
    heeding(DefinitionsInTheWay.refusals(self) + RetiredDisks.refusals(memory.retiredDisks, self))
  }
}
