import Fleet
import Glibc

/// User and password of a pool; never printed, compared or stored.
struct XenCredentials: Sendable {
  /// Bytes of a credentials file.
  private static let bytesMax = 4096

  let user: String
  let password: String

  /// From a file of two lines (user, password) that only its owner may read, or from an environment variable `USER:PASSWORD`.
  static func read(_ source: XenConnection.Credentials?) throws(XenError) -> XenCredentials {
    switch source {
    case nil:
      throw trouble("the cell names no credentials", "add credentials: {file: PATH} or {env: VARIABLE} to its connection")
    case .environment(let variable)?:
      guard let text = getenv(variable).map({ String(cString: $0) }) else {
        throw trouble("the environment variable \(variable) is not set", "set it to USER:PASSWORD")
      }
      guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
        throw trouble("the environment variable \(variable) is not of the form USER:PASSWORD", "")
      }
      return XenCredentials(user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    case .file(let path)?: return try read(file: path)
    }
  }

  private static func read(file path: String) throws(XenError) -> XenCredentials {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw trouble(
        "the credentials file \(path) cannot be opened: \(String(cString: strerror(errno)))", "make it with two lines: user, password")
    }
    defer { close(descriptor) }
    // Of what was opened, so that nothing can be exchanged between the look and the reading.
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw trouble("the credentials file \(path) is no regular file", "")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw trouble(
        "the credentials file \(path) may be read by others (mode \(String(status.st_mode & 0o777, radix: 8)))", "chmod 600 \(path)")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw trouble("the credentials file \(path) belongs to another user", "chown it to the user that runs reconcile")
    }
    var bytes = [UInt8](repeating: 0, count: bytesMax)
    let count = Glibc.read(descriptor, &bytes, bytesMax)
    let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
    guard count < bytesMax, lines.count >= 2, !lines[0].isEmpty, !lines[1].isEmpty, lines.dropFirst(2).allSatisfy(\.isEmpty) else {
      throw trouble("the credentials file \(path) does not have two lines", "first the user, then the password, nothing else")
    }
    // The longer form, with the names of the two before them, is taken too.
    let isNamed = lines[0].hasPrefix("user=") && lines[1].hasPrefix("password=")
    return XenCredentials(
      user: String(lines[0].dropFirst(isNamed ? "user=".count : 0)), password: String(lines[1].dropFirst(isNamed ? "password=".count : 0)))
  }

  private static func trouble(_ text: String, _ remedy: String) -> XenError {
    .unreachable(XenTrouble(text, remedy: remedy, passing: false))
  }
}
