/// Bytes per second for people (`112.3 MiB/s`).
package enum RateFormat {
  package static func text(bytesPerSecond: Int) -> String { ByteFormat.text(bytesPerSecond) + "/s" }
}
