import Fleet
import Glibc

/// Size and hash of a disk's content that are the same however its zeros are stored: as zeros or as holes.
///
/// SHA-256 over every 64 KiB block that is not all zero, each after its number.
struct ContentDigest: Equatable {
  static let blockBytes = 64 << 10

  private(set) var length = 0
  private var hash = SHA256()
  private var pending: [UInt8] = []
  private static let zeros = [UInt8](repeating: 0, count: blockBytes)

  mutating func add(_ bytes: [UInt8]) {
    length += bytes.count
    var rest = bytes[...]
    if !pending.isEmpty {
      let part = rest.prefix(Self.blockBytes - pending.count)
      pending += part
      rest = rest.dropFirst(part.count)
      guard pending.count == Self.blockBytes else { return }
      take(pending[...], endingAt: length - rest.count)
      pending.removeAll(keepingCapacity: true)
    }
    while rest.count >= Self.blockBytes {
      let block = rest.prefix(Self.blockBytes)
      rest = rest.dropFirst(Self.blockBytes)
      take(block, endingAt: length - rest.count)
    }
    pending += rest
  }

  mutating func addHole(_ bytes: Int) {
    var left = bytes
    if !pending.isEmpty {
      let part = min(left, Self.blockBytes - pending.count)
      add([UInt8](repeating: 0, count: part))
      left -= part
    }
    // From here on blocks begin where the hole goes on, and whole blocks of zeros leave no trace.
    let whole = left / Self.blockBytes * Self.blockBytes
    length += whole
    if left > whole { add([UInt8](repeating: 0, count: left - whole)) }
  }

  private mutating func take(_ block: ArraySlice<UInt8>, endingAt end: Int) {
    let isZero = block.withUnsafeBytes { here in Self.zeros.withUnsafeBytes { memcmp(here.baseAddress!, $0.baseAddress!, here.count) == 0 }
    }
    guard !isZero else { return }
    hash.update("\((end - 1) / Self.blockBytes):")
    hash.update(block)
  }

  var text: String {
    var rest = self
    if !rest.pending.isEmpty {
      let tail = rest.pending
      rest.pending = []
      rest.take(tail[...], endingAt: length)
    }
    return "\(length):\(rest.hash.hexDigest())"
  }

  static func == (left: Self, right: Self) -> Bool { left.text == right.text }
}
