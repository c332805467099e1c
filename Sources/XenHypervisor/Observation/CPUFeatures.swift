/// What a guest was started with, and what a host has, of processor features: words of hexadecimal digits joined by `-`.
struct CPUFeatures: Sendable {
  let vendor: String
  private let words: [UInt64]
  private let raw: String

  init?(vendor: String, _ raw: String) {
    guard !raw.isEmpty else { return nil }
    var words: [UInt64] = []
    for part in raw.split(separator: "-") {
      guard let word = UInt64(part, radix: 16) else { return nil }
      words.append(word)
    }
    (self.vendor, self.words, self.raw) = (vendor, words, raw)
  }

  /// True if a guest that was started with `needed` can go on here.
  func cover(_ needed: CPUFeatures) -> Bool {
    guard vendor.isEmpty || needed.vendor.isEmpty || vendor == needed.vendor else { return false }
    return needed.words.enumerated().allSatisfy { index, word in
      word & ~(index < words.count ? words[index] : 0) == 0
    }
  }

  /// The same for the same features.
  var name: String { vendor.isEmpty ? raw : "\(vendor) \(raw)" }
}

extension XenRecord {
  /// Of a host, for guests that boot a whole machine or a paravirtual kernel.
  func offeredFeatures(wholeMachine: Bool) -> CPUFeatures? {
    let info = map("cpu_info")
    let raw = info[wholeMachine ? "features_hvm" : "features_pv"] ?? info["features"] ?? ""
    return CPUFeatures(vendor: info["vendor"] ?? "", raw)
  }

  /// Of a guest, since it was started.
  var neededFeatures: CPUFeatures? {
    let flags = map("last_boot_CPU_flags")
    return CPUFeatures(vendor: flags["vendor"] ?? "", flags["features"] ?? "")
  }

  var isWholeMachine: Bool {
    has("domain_type") ? text("domain_type") != "pv" : !text("HVM_boot_policy").isEmpty
  }
}
