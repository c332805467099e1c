import Fleet
import Glibc

/// User and password of a pool; never printed, compared or stored.
struct XenCredentials: Sendable {
  /// Bytes of a credentials file.
  private static let bytesMax = 4096

  let user: String
  let password: String
  /// Nil: its path or variable is the manifest's choice, which the command line allows.
  var binding: CredentialBinding?

  static func read(_ source: XenConnection.Credentials?) throws(XenError) -> XenCredentials {
    switch source {
    case nil: throw trouble("the cell names no credentials", "add credentials: {name: NAME} to its connection")
    case .environment(let variable)?:
      guard let text = getenv(variable).map({ String(cString: $0) }) else {
        throw trouble("the environment variable \(variable) is not set", "set it to USER:PASSWORD")
      }
      guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
        throw trouble("the environment variable \(variable) is not of the form USER:PASSWORD", "")
      }
      return XenCredentials(user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    case .named(_, let path)?: return try bound(try lines(of: path), path)
    case .file(let path)?: return try plain(try lines(of: path), path)
    }
  }

  /// Lines `user=`, `password=` and `address=`, one for each address it may be sent to; `insecure=true` and `pin=` may follow.
  private static func bound(_ lines: [Substring], _ path: String) throws(XenError) -> XenCredentials {
    let hint = "lines user=…, password=… and one address=HOST[:PORT] for each address it may be sent to"
    var (user, password) = ("", "")
    var binding = CredentialBinding(file: path)
    for line in lines where !line.isEmpty && !line.hasPrefix("#") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? String(parts[1]) : ""
      switch parts[0] {
      case "user": user = value
      case "password": password = value
      case "address":
        guard let address = CredentialBinding.address(value) else {
          throw trouble("the credentials file \(path) has an address that is none", hint)
        }
        binding.addresses.append(address)
      case "insecure": binding.allowsInsecure = value == "true"
      case "pin": binding.pin = value
      // Not repeated: it may be a password.
      default: throw trouble("the credentials file \(path) has a line that is not understood", hint)
      }
    }
    guard !user.isEmpty, !password.isEmpty, !binding.addresses.isEmpty else {
      throw trouble("the credentials file \(path) lacks a user, a password or an address", hint)
    }
    return XenCredentials(user: user, password: password, binding: binding)
  }

  /// Two lines, user and password; the longer form, with the names of the two before them, is taken too.
  private static func plain(_ lines: [Substring], _ path: String) throws(XenError) -> XenCredentials {
    guard lines.count >= 2, !lines[0].isEmpty, !lines[1].isEmpty, lines.dropFirst(2).allSatisfy(\.isEmpty) else {
      throw trouble("the credentials file \(path) does not have two lines", "first the user, then the password, nothing else")
    }
    let isNamed = lines[0].hasPrefix("user=") && lines[1].hasPrefix("password=")
    return XenCredentials(
      user: String(lines[0].dropFirst(isNamed ? "user=".count : 0)), password: String(lines[1].dropFirst(isNamed ? "password=".count : 0)))
  }

  private static func lines(of path: String) throws(XenError) -> [Substring] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      throw trouble(
        "the credentials file \(path) cannot be opened: \(String(cString: strerror(errno)))", "make it as docs/xenapi.md says, mode 600")
    }
    defer { close(descriptor) }
    // Of what was opened, so that nothing can be exchanged between the look and the reading.
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw trouble("the credentials file \(path) is no regular file", "")
    }
    // systemd lets the service's user read through an access list, whose mask stands where the group's bits do.
    let others: mode_t = status.st_uid == 0 && status.st_gid == 0 ? 0o037 : 0o077
    guard status.st_mode & others == 0 else {
      throw trouble(
        "the credentials file \(path) may be read by others (mode \(String(status.st_mode & 0o777, radix: 8)))", "chmod 600 \(path)")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw trouble("the credentials file \(path) belongs to another user", "chown it to the user that runs reconcile")
    }
    var bytes = [UInt8](repeating: 0, count: bytesMax)
    let count = Glibc.read(descriptor, &bytes, bytesMax)
    guard count >= 0, count < bytesMax else { throw trouble("the credentials file \(path) is longer than \(bytesMax - 1) bytes", "") }
    return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
  }

  private static func trouble(_ text: String, _ remedy: String) -> XenError {
    .unreachable(XenTrouble(text, remedy: remedy, passing: false))
  }
}
