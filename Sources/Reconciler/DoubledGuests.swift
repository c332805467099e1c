import Fleet
import Planning

/// Guests that run on several hosts at once, said as loudly as can be, with what ends it.
enum DoubledGuests {
  static func alarms(_ drift: Drift, _ desired: DesiredFleet) -> [String] {
    let isLibvirt = Set(desired.cells.filter { if case .libvirt = $0.connection { true } else { false } }.map(\.name))
    return drift.items.compactMap { item in
      let hosts = item.observations.filter(\.power.isActive).compactMap(\.host).sorted()
      guard hosts.count > 1 else { return nil }
      let name = item.observations.first?.name ?? item.instance.name
      let places = hosts.map(\.rawValue).joined(separator: " and ")
      let remedy =
        isLibvirt.contains(item.instance.cell)
        ? "decide which copy is the right one, and on every other host run at once: virsh destroy \(name)"
        : "decide which copy is the right one, and power every other off at once"
      return "ALARM: \(name) runs on \(places) at the same time, and both write to its disks; \(remedy). Nothing more is done to it"
    }
  }
}
