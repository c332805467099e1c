import FoundationEssentials
import Testing

/// Reads the import lines of all sources: data flows one way, and no edge knows another.
@Suite struct ImportDirectionTests {
  /// Our own targets that each target may import.
  static let allowed: [String: Set<String>] = [
    "Fleet": [],
    "Planning": ["Fleet"],
    "Execution": ["Fleet", "Planning"],
    "Reporting": ["Fleet", "Planning", "Execution"],
    "Hypervisor": ["Fleet"],
    "Manifests": ["Fleet", "CLibYAML"],
    "StateStore": ["Fleet"],
    "SimulatedHypervisor": ["Fleet", "Hypervisor"],
    "BlockingCalls": ["Hypervisor"],
    "LibvirtHypervisor": ["Fleet", "Hypervisor", "BlockingCalls", "CLibvirt", "CLibXML2"],
    "XenHypervisor": ["Fleet", "Hypervisor", "BlockingCalls", "CCurl", "CLibXML2"],
    "PlannerBenchmark": ["Planning", "CZlib"],
    "Reconciler": [
      "Fleet", "Planning", "Execution", "Reporting", "Hypervisor", "Manifests", "StateStore", "SimulatedHypervisor", "LibvirtHypervisor",
      "XenHypervisor",
    ],
    "reconcile": ["Fleet", "Planning", "Execution", "Reporting", "Hypervisor", "Manifests", "StateStore", "Reconciler"],
    "planner-benchmark": ["PlannerBenchmark"],
  ]
  /// Modules from elsewhere that each target may import.
  static let foreign: [String: Set<String>] = [
    "Fleet": [],
    "Planning": ["FoundationEssentials"],
    "Execution": ["FoundationEssentials"],
    "Reporting": ["FoundationEssentials"],
    "Hypervisor": [],
    "Manifests": ["Glibc", "FoundationEssentials", "Dispatch", "Synchronization"],
    "StateStore": ["Glibc", "FoundationEssentials", "Dispatch", "GRDB", "Synchronization"],
    "SimulatedHypervisor": ["Glibc", "FoundationEssentials", "Dispatch", "Synchronization"],
    "LibvirtHypervisor": ["Glibc", "FoundationEssentials", "Synchronization"],
    "BlockingCalls": ["Glibc", "Synchronization"],
    "XenHypervisor": ["Glibc", "FoundationEssentials", "Synchronization"],
    "PlannerBenchmark": ["Glibc"],
    "Reconciler": ["Glibc", "Dispatch", "FoundationEssentials", "Subprocess", "Synchronization"],
    "reconcile": ["Glibc", "Dispatch", "ArgumentParser", "Synchronization"],
    "planner-benchmark": ["Glibc", "ArgumentParser"],
  ]

  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  static func sources(of target: String) throws -> [(path: String, text: String)] {
    let folder = "\(root)/Sources/\(target)"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    return try paths.sorted().map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
  }

  static func imports(in text: String) -> [String] {
    let modifiers: Set<Substring> = [
      "package", "public", "internal", "fileprivate", "private", "@preconcurrency", "@testable", "@_exported",
    ]
    return text.split(separator: "\n").compactMap { line in
      var words = line.split(separator: " ")
      while let first = words.first, modifiers.contains(first) { words.removeFirst() }
      guard words.first == "import", words.count >= 2 else { return nil }
      let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
      let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
      return String(name.prefix { $0 != "." })
    }
  }

  @Test(arguments: allowed.keys.sorted())
  func targetImportsOnlyWhatLiesBeforeIt(target: String) throws {
    let sources = try Self.sources(of: target)
    #expect(!sources.isEmpty, "target \(target) has no sources")
    let permitted = Self.allowed[target, default: []].union(Self.foreign[target, default: []])
    for (path, text) in sources {
      for module in Self.imports(in: text) { #expect(permitted.contains(module), "\(target)/\(path) imports \(module)") }
    }
  }

  @Test func everyTargetHasARow() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/Sources").filter { folder in
      !FileManager.default.fileExists(atPath: "\(Self.root)/Sources/\(folder)/module.modulemap")
    }
    #expect(Set(folders) == Set(Self.allowed.keys))
  }

  /// The pure targets know no clock, no async and no I/O.
  @Test(arguments: ["Fleet", "Planning", "Execution", "Reporting"])
  func pureTargetsStayPure(target: String) throws {
    let forbidden = [
      "async ", "await ", "Task {", "ContinuousClock", "SuspendingClock", "Date()", "clock_gettime", "FileManager", "print(",
    ]
    for (path, text) in try Self.sources(of: target) {
      for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        for word in forbidden { #expect(!line.contains(word), "\(target)/\(path): \(line)") }
      }
    }
  }

  @Test func filesStayReadable() throws {
    for target in Self.allowed.keys.sorted() {
      for (path, text) in try Self.sources(of: target) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(lines <= 501, "\(target)/\(path) has \(lines) lines")
      }
    }
  }

  @Test func importReaderSeesEveryForm() {
    let text = "import A\npackage import B\n@preconcurrency import C\nimport struct D.E\n// import F\nlet x = 1"
    #expect(Self.imports(in: text) == ["A", "B", "C", "D"])
  }
}
