import Glibc

/// The machine this process runs on, for who meets its marks.
enum ThisMachine {
  private static let nameBytesMax = 256

  /// Host name and the first digits of the boot's id; nil: the machine does not tell.
  static let name: String? = {
    var bytes = [CChar](repeating: 0, count: nameBytesMax)
    guard gethostname(&bytes, nameBytesMax - 1) == 0 else { return nil }
    let host = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return boot.map { "\(host) (boot \($0))" } ?? host
  }()

  private static var boot: String? {
    guard let file = fopen("/proc/sys/kernel/random/boot_id", "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 8)
    guard fread(&bytes, 1, bytes.count, file) == bytes.count else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
