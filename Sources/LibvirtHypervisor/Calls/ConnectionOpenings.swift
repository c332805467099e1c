import Fleet
import Glibc
import Synchronization

/// Opens connections to one host one after the other, and ends one that nobody waits for any more.
///
/// libvirt gives opening no deadline: a server that accepts and says nothing holds the thread for ever. Nothing but its socket, or the ssh
/// child that is its socket, ends it; which one that is follows from where it leads and from there being one opening at a time.
final class ConnectionOpenings: Sendable {
  private let uri: HostURI
  private let turn = Mutex(())
  private let underWay = Mutex<Opening?>(nil)
  /// Connections that were opened and not closed yet.
  private let live = LiveCount()

  private struct Opening {
    /// What led to the host before it began.
    var linksBefore: Set<UInt64>
    /// Until when somebody waits for it; nil: until anybody gives this host up.
    var end: ContinuousClock.Instant?
  }

  init(_ uri: HostURI) { self.uri = uri }

  /// Blocks, also for the turn, until the connection stands or its host refuses it; after `end` another's `abandon` may end it.
  func open(by end: ContinuousClock.Instant? = nil) throws(LibvirtError) -> ConnectionHandle {
    let result = turn.withLock { _ -> Result<ConnectionHandle, LibvirtError> in
      // Whoever asked has gone: what began now would be held by nobody.
      if let end, end <= .now { return .failure(.noAnswer("its turn to connect came too late")) }
      // The look at the kernel's tables grows with them, so it is left out where nothing of ours can lead there.
      let known = live.value == 0 ? [] : Set(links().map(\.id))
      underWay.withLock { $0 = Opening(linksBefore: known, end: end) }
      defer { underWay.withLock { $0 = nil } }
      do throws(LibvirtError) {
        live.add(1)
        return .success(try ConnectionHandle.open(uri.connectText) { [live] in live.add(-1) })
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Ends the opening under way if nobody waits for it any more: its call then fails, and its thread and descriptors are free.
  func abandon() {
    underWay.withLock { opening in
      guard let opening, opening.end.map({ $0 <= .now }) ?? true else { return }
      for link in links() where !opening.linksBefore.contains(link.id) { link.end() }
    }
  }

  // MARK: what leads to the host

  private enum Link {
    case socket(descriptor: Int32, inode: UInt64)
    case child(process: pid_t)

    var id: UInt64 {
      switch self {
      case .socket(_, let inode): inode
      case .child(let process): UInt64(process)
      }
    }

    func end() {
      switch self {
      case .socket(let descriptor, let inode):
        // Still that socket, and not another one of that number.
        if ConnectionOpenings.inode(ofSocket: descriptor) == inode { shutdown(descriptor, Int32(SHUT_RDWR)) }
      case .child(let process): kill(process, SIGKILL)
      }
    }
  }

  private func links() -> [Link] {
    switch uri.transport {
    case .unix: []
    case .ssh: ProcessTable.children(named: "ssh", with: uri.host).map { .child(process: $0) }
    case .tcp, .tls, .libssh, .libssh2: socketLinks()
    }
  }

  private func socketLinks() -> [Link] {
    guard let port = uri.port else { return [] }
    let inodes = ProcessTable.socketInodes(toPort: port)
    guard !inodes.isEmpty else { return [] }
    let addresses = ProcessTable.addresses(of: uri.host)
    let wanted = Set(inodes.filter { addresses.contains($0.address) }.map(\.inode))
    guard !wanted.isEmpty, let folder = opendir("/proc/self/fd") else { return [] }
    defer { closedir(folder) }
    var found: [Link] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let descriptor = Int32(name), let inode = Self.inode(ofSocket: descriptor), wanted.contains(inode) else { continue }
      found.append(.socket(descriptor: descriptor, inode: inode))
    }
    return found
  }

  fileprivate static func inode(ofSocket descriptor: Int32) -> UInt64? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    return UInt64(status.st_ino)
  }
}

private final class LiveCount: Sendable {
  private let count = Atomic(0)
  var value: Int { count.load(ordering: .relaxed) }
  func add(_ number: Int) { count.add(number, ordering: .relaxed) }
}

/// What the kernel says of this process's sockets and children (proc(5)).
private enum ProcessTable {
  private static let bytesMax = 16 << 20

  /// Sockets whose other end has this port, whatever their state; the address in the kernel's own hexadecimal form.
  static func socketInodes(toPort port: Int) -> [(address: String, inode: UInt64)] {
    let suffix = String(port, radix: 16, uppercase: true)
    let wanted = String(repeating: "0", count: max(0, 4 - suffix.count)) + suffix
    var found: [(address: String, inode: UInt64)] = []
    for table in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
      for line in text(of: table).split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        guard fields.count > 9, let inode = UInt64(fields[9]), inode != 0 else { continue }
        let remote = fields[2].split(separator: ":")
        if remote.count == 2, remote[1] == wanted { found.append((String(remote[0]), inode)) }
      }
    }
    return found
  }

  /// The host's addresses in that form.
  static func addresses(of host: String) -> Set<String> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: Set<String> = []
    var next = list
    while let item = next {
      next = item.pointee.ai_next
      guard let address = item.pointee.ai_addr else { continue }
      switch Int32(address.pointee.sa_family) {
      case AF_INET:
        address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { ip in
          let word = words(of: &ip.pointee.sin_addr)
          found.insert(word)
          // The same, as a socket of the other family has it.
          found.insert("0000000000000000FFFF0000" + word)
        }
      case AF_INET6:
        address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { ip in _ = found.insert(words(of: &ip.pointee.sin6_addr)) }
      default: break
      }
    }
    return found
  }

  private static func words<Value>(of value: inout Value) -> String {
    withUnsafeBytes(of: &value) { bytes in
      stride(from: 0, to: bytes.count, by: 4).map { offset in
        let word = String(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self), radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - word.count) + word
      }.joined()
    }
  }

  /// Our children of this name that were given this argument.
  static func children(named name: String, with argument: String) -> [pid_t] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
      let number = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard let process = pid_t(number) else { continue }
      let status = text(of: "/proc/\(process)/stat")
      // "PID (NAME) STATE PARENT …"; a name may hold anything.
      guard let end = status.lastIndex(of: ")") else { continue }
      let fields = status[end...].split(separator: " ")
      guard fields.count > 2, fields[2] == "\(getpid())", status.contains("(\(name))") else { continue }
      if text(of: "/proc/\(process)/cmdline").split(separator: "\0").contains(Substring(argument)) { found.append(process) }
    }
    return found
  }

  private static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < bytesMax {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
