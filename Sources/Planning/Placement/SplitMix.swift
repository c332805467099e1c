/// SplitMix64 (Steele, Lea, Flood 2014): the seed's only use is the order in which a search tries things.
struct SplitMix {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// The order with every element exchanged with one of its near followers, so that large guests still come early.
  mutating func jumbled(_ order: [Int]) -> [Int] {
    var result = order
    let reach = max(2, order.count / 8)
    for index in result.indices {
      let other = min(result.count - 1, index + Int(next() % UInt64(reach)))
      result.swapAt(index, other)
    }
    return result
  }
}
