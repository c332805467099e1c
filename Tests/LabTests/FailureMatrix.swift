import Foundation
import LabSupport

/// The rows of the matrix: each part of the lab, dying or hanging right after a record of the journal, in each mode.
enum FailureMatrix {
  enum Mode: String, CaseIterable, Sendable { case live, block, cold, offline }

  struct Row: Sendable, CustomStringConvertible {
    var mode: Mode
    var trouble: Trouble
    /// As `lab/after-journal` takes it: a number, or `disable:done`.
    var record: String
    var description: String { "\(mode), \(trouble) after \(record)" }

    /// Its guest, by whose name the monitor knows it.
    var name: String {
      let harm = trouble.harm.seconds.map { "\($0)" } ?? "x"
      return "mx-\(mode)-\(trouble.part)-\(harm)-\(record.replacing(":", with: "-"))".lowercased()
    }
  }

  /// Longer than any keepalive (libvirt's own: 5 s × 3), so that both ends have given the other up when it wakes.
  static let longHangSeconds = 40
  static let longCableSeconds = 25
  static let shortHangSeconds = 8

  static let deaths = Trouble.Part.allCases.filter { $0 != .bothDaemons }.map { Trouble(part: $0, harm: .death) }
  static let shortHangs = deaths.map { Trouble(part: $0.part, harm: .hang(seconds: shortHangSeconds)) }
  static let longHangs = deaths.filter { $0.part != .reconcile }.map {
    Trouble(part: $0.part, harm: .hang(seconds: $0.part == .cable ? longCableSeconds : longHangSeconds))
  }

  /// A guest that is off has no QEMU that could suffer.
  static func applies(_ trouble: Trouble, to mode: Mode) -> Bool {
    mode != .offline || ![.sourceQEMU, .destinationQEMU].contains(trouble.part)
  }

  /// All pairs of mode and trouble; in the whole matrix each is swept over all records of the journal.
  static func pairs(_ troubles: [Trouble]) -> [(mode: Mode, trouble: Trouble)] {
    Mode.allCases.flatMap { mode in troubles.filter { applies($0, to: mode) }.map { (mode, $0) } }
  }

  /// In the order of the troubles, the worst first.
  private static let whole = (longHangs + deaths + shortHangs).flatMap { pairs([$0]) }

  /// `RECONCILE_LAB_PART=2/4` takes every fourth, from the second on, so that several labs share them.
  static let sweeps: [(mode: Mode, trouble: Trouble)] = {
    let part = (ProcessInfo.processInfo.environment["RECONCILE_LAB_PART"] ?? "1/1").split(separator: "/").compactMap { Int($0) }
    precondition(part.count == 2 && (1...part[1]).contains(part[0]), "RECONCILE_LAB_PART is K/N")
    return whole.enumerated().filter { $0.offset % part[1] == part[0] - 1 }.map(\.element)
  }()

  /// Of the records of a sweep every n-th is struck (`RECONCILE_LAB_RECORDS=3`), beginning with another one in each pair.
  static let stride = max(1, ProcessInfo.processInfo.environment["RECONCILE_LAB_RECORDS"].flatMap { Int($0) } ?? 1)

  /// The first record of a sweep that is struck.
  static func first(_ mode: Mode, _ trouble: Trouble) -> Int {
    1 + (whole.firstIndex { $0.mode == mode && $0.trouble == trouble } ?? 0) % stride
  }

  /// The representative fifth that every run of the lab's tests makes: every fifth pair of a mode and a short trouble (deaths and hangs of 8 s), each
  /// after one record, which goes round the records of its mode that stand before or behind an effect.
  static let fifth: [Row] = pairs(deaths + shortHangs).enumerated().filter { $0.offset % 5 == 0 }.map { offset, pair in
    let records = marked(pair.mode)
    return Row(mode: pair.mode, trouble: pair.trouble, record: records[offset / 5 % records.count])
  }

  /// Rows of the whole matrix that were wrong once.
  static let mended = [
    // The mark was taken off, and autostart with it, while the source was silent.
    Row(mode: .offline, trouble: Trouble(part: .sourceDaemon, harm: .hang(seconds: longHangSeconds)), record: "undefine:done")
  ]

  private static func marked(_ mode: Mode) -> [String] {
    switch mode {
    case .live, .block: ["migrate:intended", "migrate:accepted", "migrate:done"]
    case .cold: ["shutDown:accepted", "define:done", "start:intended", "undefine:intended"]
    case .offline: ["define:accepted", "disable:done", "undefine:intended"]
    }
  }
}

/// How a row ended.
struct MatrixVerdict: Sendable, Encodable {
  enum Outcome: String, Sendable, Encodable { case moved, stayed, down }
  var mode: String
  var trouble: String
  var record: String
  /// Exit codes of the run that was hit and of the last of those that settled it.
  var exit: Int32
  var settled: Int32
  var outcome: Outcome
  /// It ran twice, by the monitor or by what libvirt shows.
  var doubled: Bool
  /// Bytes or the guest itself lost, which this trouble does not take.
  var lost: Bool
  /// What else is not as it should be: copies on two hosts, a boot too many, autostart where it does not live or none where it does.
  var wrong: [String]
}
