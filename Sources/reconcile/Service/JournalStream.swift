import Glibc

/// Whether a descriptor leads to systemd's journal, where a line may begin with its priority (sd-daemon(3), systemd.exec(5)).
enum JournalStream {
  /// The device and the inode that `JOURNAL_STREAM` names.
  private static let named: (device: UInt, inode: UInt)? = {
    let numbers = (Terminal.environment("JOURNAL_STREAM") ?? "").split(separator: ":").map { UInt($0) }
    guard numbers.count == 2, let device = numbers[0], let inode = numbers[1] else { return nil }
    return (device, inode)
  }()

  static func isBehind(_ descriptor: Int32) -> Bool {
    var status = stat()
    guard let named, fstat(descriptor, &status) == 0 else { return false }
    return UInt(status.st_dev) == named.device && UInt(status.st_ino) == named.inode
  }

  /// Each line with its priority (3: error, 4: warning, 6: information).
  static func lines(_ text: String, priority: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: true).map { "<\(priority)>\($0)\n" }.joined()
  }

  /// Of a message as it begins.
  static func priority(of text: String) -> Int {
    // A time may stand before it.
    let words = text.split(separator: " ", maxSplits: 2)
    if words.prefix(2).contains("error:") { return 3 }
    return words.prefix(2).contains("warning:") ? 4 : 6
  }
}
