/// What a guest of the lab counts about itself, in its own memory (`lab/guest.asm`).
package struct Counters: Sendable, Equatable {
  /// Boots, kept on its disk.
  package var boots: UInt32
  /// Drawn at boot, kept in memory only: another one means a reboot.
  package var nonce: UInt32
  /// Timer ticks since boot, 18.2 a second.
  package var ticks: UInt32
  /// Sweeps over its working set, each checking what the last one wrote.
  package var pass: UInt32
  /// Sectors written, each checking what was there.
  package var wr: UInt32
  /// Memory pages and sectors that were not as written.
  package var err: UInt32

  /// From `boots=00000001 nonce=… … err=00000000`, hexadecimal, wherever it stands in the line.
  package init?(_ line: String) {
    var values: [Substring: UInt32] = [:]
    for word in line.split(whereSeparator: \.isWhitespace) {
      let parts = word.split(separator: "=")
      if parts.count == 2, parts[1].count == 8, let value = UInt32(parts[1], radix: 16) { values[parts[0]] = value }
    }
    guard let boots = values["boots"], let nonce = values["nonce"], let ticks = values["ticks"], let pass = values["pass"],
      let wr = values["wr"], let err = values["err"]
    else { return nil }
    (self.boots, self.nonce, self.ticks, self.pass, self.wr, self.err) = (boots, nonce, ticks, pass, wr, err)
  }

  /// True if it ran on since `before` without a reboot and without losing a byte of memory or disk.
  package func survived(since before: Counters) -> Bool {
    nonce == before.nonce && boots == before.boots && ticks > before.ticks && err == 0
  }

  /// True if it was booted exactly once since `before`, with its disk as it left it.
  package func rebootedOnce(since before: Counters) -> Bool {
    nonce != before.nonce && boots == before.boots + 1 && err == 0
  }
}
