import BlockingCalls
import Fleet
import Glibc
import Hypervisor

/// The addresses two hosts are known by, so that a screen that listens on the one's can listen on the other's.
struct ScreenAddresses: Sendable, Equatable {
  /// Address of the source → the destination's of the same network.
  var counterparts: [String: String] = [:]

  static func resolve(from source: DesiredHost?, to destination: DesiredHost?, _ deadline: Deadline) async -> ScreenAddresses {
    guard let source, let destination else { return ScreenAddresses() }
    let pairs: [(String?, String?)] = [
      (source.migrationAddress, destination.migrationAddress),
      (source.connection.flatMap(HostURI.init)?.host, destination.connection.flatMap(HostURI.init)?.host),
    ]
    let names = pairs.compactMap { from, to in from.flatMap { from in to.map { (from, $0) } } }.filter { !$0.0.isEmpty && !$0.1.isEmpty }
    let found = await BlockingThread.run(deadline: deadline) { () -> [String: String] in
      var counterparts: [String: String] = [:]
      for (from, to) in names {
        guard let there = addresses(of: to).first else { continue }
        for here in addresses(of: from) + [from] where counterparts[here] == nil { counterparts[here] = here == from ? to : there }
      }
      return counterparts
    }
    return ScreenAddresses(counterparts: found ?? [:])
  }

  /// What is left of a listen address on every host: any address, or the host's own loopback.
  static func isEverywhere(_ address: String) -> Bool {
    ["0.0.0.0", "::", "", "127.0.0.1", "::1", "localhost"].contains(address)
  }

  /// Blocks while names are looked up.
  private static func addresses(of name: String) -> [String] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: [String] = []
    var next = list
    while let entry = next {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      if getnameinfo(entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
        found.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      next = entry.pointee.ai_next
    }
    return found
  }
}
