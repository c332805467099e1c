/// A name of an instance, as its place in the instance's `NameTable`: equal names are equal numbers.
package struct Name: Sendable, Hashable, Comparable {
  package let index: Int

  package static func < (a: Name, b: Name) -> Bool { a.index < b.index }
}

/// Every different name of an instance once, in the order of first mention.
///
/// A file of 100,000 VMs mentions half a million names, most of them again and again: they are told apart as bytes, and become strings only
/// when something is printed.
package struct NameTable: Sendable {
  private var text: [UInt8] = []
  /// Where each name ends in `text`; the first starts at 0.
  private var ends: [Int] = []
  /// Open addressing: `index + 1` of a name, 0 for a free slot. Its size is a power of two and at least twice the number of names.
  private var slots: [Int32]

  package init(capacity: Int = 1 << 10) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    slots = [Int32](repeating: 0, count: size)
  }

  package var count: Int { ends.count }

  package subscript(name: Name) -> String { String(decoding: text[range(name.index)], as: UTF8.self) }

  /// The name that these bytes (valid UTF-8) are, taken in if it is new.
  package mutating func name(_ bytes: ArraySlice<UInt8>) -> Name {
    let slot = slot(of: bytes)
    if slots[slot] > 0 { return Name(index: Int(slots[slot]) - 1) }
    text += bytes
    ends.append(text.count)
    slots[slot] = Int32(ends.count)
    if ends.count * 2 > slots.count { grow() }
    return Name(index: ends.count - 1)
  }

  private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  /// The slot that holds the name, or the free one where it belongs.
  private func slot(of bytes: ArraySlice<UInt8>) -> Int {
    // The standard hasher is seeded anew in each process: no file can be made to collide. Results do not depend on it.
    var hasher = Hasher()
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    var slot = hasher.finalize() & (slots.count - 1)
    while slots[slot] > 0 {
      let range = range(Int(slots[slot]) - 1)
      if range.count == bytes.count, text[range].elementsEqual(bytes) { return slot }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    for index in ends.indices { slots[slot(of: text[range(index)])] = Int32(index + 1) }
  }
}
