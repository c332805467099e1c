/// Sizes as libvirt writes them: a number and a unit.
enum ByteSize {
  /// Bytes of `<memory unit='KiB'>…` and the like. `unit`: what a number without unit is in.
  ///
  /// Units are libvirt's: `b`, `KB` = 1000, `k` and `KiB` = 1024, and so on to `E` (docs/formatdomain, "scaled integers"); any case.
  static func read(_ node: XMLNode, unit: String) throws(XMLError) -> Int {
    let name = (node["unit"] ?? unit).lowercased()
    guard let number = Int(node.content), number >= 0 else {
      throw XMLError("<\(node.name)> is no whole number: '\(node.content.prefix(40))'", line: node.line)
    }
    guard let factor = factor(name) else { throw XMLError("<\(node.name)> has an unknown unit: '\(name.prefix(40))'", line: node.line) }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow else { throw XMLError("<\(node.name)> is too large: \(number) \(name)", line: node.line) }
    return bytes
  }

  private static func factor(_ unit: String) -> Int? {
    if ["b", "byte", "bytes"].contains(unit) { return 1 }
    guard let letter = unit.first, let power = Array("kmgtpe").firstIndex(of: letter) else { return nil }
    let base: Int
    switch unit.dropFirst() {
    case "", "ib": base = 1024
    case "b": base = 1000
    default: return nil
    }
    return (0...power).reduce(1) { factor, _ in factor * base }
  }
}
