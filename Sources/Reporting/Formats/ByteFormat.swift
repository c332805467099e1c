/// Bytes for people: binary units, one decimal, none if it is zero (`96 GiB`, `1.5 MiB`, `512 B`).
package enum ByteFormat {
  private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  package static func text(_ bytes: Int) -> String {
    if bytes < 0 { return "-" + text(bytes == Int.min ? Int.max : -bytes) }
    var unit = 0
    while unit < units.count - 1, bytes >> (10 * (unit + 1)) > 0 { unit += 1 }
    guard unit > 0 else { return "\(bytes) B" }
    let size = 1 << (10 * unit)
    let (whole, rest) = bytes.quotientAndRemainder(dividingBy: size)
    // The rest is shifted down before it is multiplied, so that exbibytes do not overflow.
    let shift = max(0, 10 * unit - 40)
    let tenths = whole * 10 + ((rest >> shift) * 10 + (size >> shift) / 2) / (size >> shift)
    if tenths >= 10_240, unit < units.count - 1 { return "1 \(units[unit + 1])" }
    return CountFormat.tenths(tenths) + " " + units[unit]
  }
}
