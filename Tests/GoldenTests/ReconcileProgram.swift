import Foundation

/// Runs the built program as a user would, in a folder of its own.
struct ReconcileProgram {
  struct Ended {
    var status: Int32
    var killedBy: Int32?
    var output: String
    var errors: String
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Beside the test bundle, where the package manager links it.
  static let executable: URL = {
    let bundle = URL(filePath: CommandLine.arguments[0])
    let candidates = [bundle.deletingLastPathComponent(), root.appending(path: ".build/debug")]
    return candidates.map { $0.appending(path: "reconcile") }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? root.appending(path: ".build/debug/reconcile")
  }()

  let folder: URL

  /// An empty folder; removed by `remove`.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "reconcile-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// A folder with a copy of manifests of the repository in `manifests`, worlds of their own beside it.
  init(copying path: String) throws {
    try self.init()
    try FileManager.default.copyItem(at: Self.root.appending(path: path), to: folder.appending(path: "manifests"))
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, to path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
    let running = Running()
    running.process.executableURL = Self.executable
    running.process.arguments = arguments
    running.process.currentDirectoryURL = folder
    let base = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8", "TZ": "UTC", "CREDENTIALS_DIRECTORY": "\(folder.path)/logins",
      // None of this machine's settings.
      "RECONCILE_CONFIG": "",
    ]
    running.process.environment = base.merging(environment) { $1 }
    running.process.standardInput = FileHandle.nullDevice
    running.process.standardOutput = running.output
    running.process.standardError = running.errors
    try running.process.run()
    running.collect()
    return running
  }

  /// The first value of the first row that a query of the database answers.
  func sql(_ query: String, _ database: String = "state/reconcile.db") throws -> String {
    let python = Process()
    let output = Pipe()
    python.executableURL = URL(filePath: "/usr/bin/env")
    python.arguments = [
      "python3", "-c", "import sqlite3, sys\nprint(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])",
      folder.appending(path: database).path, query,
    ]
    python.standardOutput = output
    try python.run()
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    python.waitUntilExit()
    return String(decoding: answer, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Ended {
    try start(arguments, environment: environment).wait()
  }
}

/// A started program whose output is read while it runs, so that a full pipe never stops it.
final class Running: @unchecked Sendable {
  // Unchecked: each buffer is written by one reading thread and read after that thread has ended.
  let process = Process()
  let output = Pipe()
  let errors = Pipe()
  private var outputBytes = Data()
  private var errorBytes = Data()
  private let readers = DispatchGroup()

  func collect() {
    DispatchQueue.global().async(group: readers) { self.outputBytes = self.output.fileHandleForReading.readDataToEndOfFile() }
    DispatchQueue.global().async(group: readers) { self.errorBytes = self.errors.fileHandleForReading.readDataToEndOfFile() }
  }

  func wait() -> ReconcileProgram.Ended {
    process.waitUntilExit()
    readers.wait()
    let signalled = process.terminationReason == .uncaughtSignal
    return ReconcileProgram.Ended(
      status: process.terminationStatus, killedBy: signalled ? process.terminationStatus : nil,
      output: String(decoding: outputBytes, as: UTF8.self), errors: String(decoding: errorBytes, as: UTF8.self))
  }

  func kill(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }
}
