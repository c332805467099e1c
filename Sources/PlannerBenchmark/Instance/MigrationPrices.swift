/// How a VM migrates, and what that costs and takes by the format's table.
package enum BenchmarkMode: String, Sendable {
  case live, volume, block, cold
}

extension BenchmarkVM {
  /// The cheapest mode there is for it; cold is never chosen where another will do.
  package var mode: BenchmarkMode {
    guard isLive else { return .cold }
    switch storage {
    case .shared: return .live
    case .volume: return .volume
    case .local: return .block
    }
  }

  /// Points: a base by mode, one a GiB of memory and four a GiB of local disk.
  package var cost: Int {
    let base =
      switch mode {
      case .live: 100
      case .volume: 150
      case .block: 300
      case .cold: 2000
      }
    return base + roundedUp(ram, by: 1024) + 4 * localDisk
  }

  /// Seconds: a set-up by mode, then memory (unless cold) and local disk at the rate.
  package func seconds(mibPerSecond: Int) -> Int {
    let setUp =
      switch mode {
      case .live: 5
      case .volume, .block: 10
      case .cold: 30
      }
    return setUp + roundedUp(localDisk * 1024 + (mode == .cold ? 0 : ram), by: mibPerSecond)
  }

  private func roundedUp(_ amount: Int, by unit: Int) -> Int { (amount + unit - 1) / unit }
}
