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
    "OwnFiles": [],
    "StateStore": ["Fleet", "OwnFiles"],
    "SimulatedHypervisor": ["Fleet", "Hypervisor", "OwnFiles"],
    "BlockingCalls": ["Hypervisor"],
    "LibvirtHypervisor": ["Fleet", "Hypervisor", "BlockingCalls", "CLibvirt", "CLibXML2"],
    "XenHypervisor": ["Fleet", "Hypervisor", "BlockingCalls", "CCurl", "CLibXML2"],
    "Notifying": ["Fleet", "Reporting", "Hypervisor", "BlockingCalls", "CCurl"],
    "PlannerBenchmark": ["Planning", "CZlib"],
    "Reconciler": [
      "Fleet", "Planning", "Execution", "Reporting", "Hypervisor", "Manifests", "StateStore", "SimulatedHypervisor", "LibvirtHypervisor",
      "XenHypervisor", "Notifying",
    ],
    "reconcile": ["Fleet", "Planning", "Execution", "Reporting", "Hypervisor", "Manifests", "OwnFiles", "StateStore", "Reconciler"],
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
    "OwnFiles": ["Glibc"],
    "StateStore": ["Glibc", "FoundationEssentials", "Dispatch", "GRDB", "Synchronization"],
    "SimulatedHypervisor": ["Glibc", "FoundationEssentials", "Dispatch", "Synchronization"],
    "LibvirtHypervisor": ["Glibc", "FoundationEssentials", "Synchronization"],
    "BlockingCalls": ["Glibc", "Synchronization"],
    "XenHypervisor": ["Glibc", "FoundationEssentials", "Synchronization"],
    "Notifying": ["Glibc", "Subprocess"],
    "PlannerBenchmark": ["Glibc"],
    "Reconciler": ["Glibc", "Dispatch", "FoundationEssentials", "Subprocess", "Synchronization"],
    "reconcile": ["Glibc", "FoundationEssentials", "CLinux", "Dispatch", "ArgumentParser", "Synchronization"],
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

  /// Numbers of hosts are read with bounds: a conversion that traps, or a number that arithmetic traps on, ends every pass.
  @Test(arguments: [
    "LibvirtHypervisor/Calls", "LibvirtHypervisor/Observation", "XenHypervisor/Wire", "XenHypervisor/Calls", "XenHypervisor/Observation",
  ])
  func foreignNumbersAreBounded(folder: String) throws {
    // Of 32 bits, or a text's whose number the reader bounds.
    let known = ["Int(count)", "Int(got)", "Int(length)", "Int(text)", "Int(typed.text)", "Int(record.map("]
    for (path, text) in try Self.sources(of: folder) {
      for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        for match in line.matches(of: /\bInt\((?!foreign:|clamping:|exactly:|NI_)/) {
          let rest = line[match.range.lowerBound...]
          #expect(known.contains { rest.hasPrefix($0) }, "\(folder)/\(path): \(line)")
        }
      }
    }
  }

  /// What is foreign in a line on standard error goes through `Message`, which keeps it within its line.
  @Test func messagesGoOutOneWay() throws {
    for (path, text) in try Self.sources(of: "reconcile") {
      for line in text.split(separator: "\n") where line.contains("printError(\"") && line.contains("\\(") {
        #expect(line.contains("Message.") || line.contains("Failure.text") || line.contains("\\(diagnostics)"), "\(path): \(line)")
      }
    }
  }

  /// What docs/untrusted-changes.md promises it names the tests of.
  @Test func thePromisesOfTrustHaveTheirTests() throws {
    let page = try String(contentsOfFile: "\(Self.root)/docs/untrusted-changes.md", encoding: .utf8)
    let named = Set(page.matches(of: /`(\w+Tests)`/).map { String($0.1) })
    #expect(named.count >= 10)
    let tests = try FileManager.default.subpathsOfDirectory(atPath: "\(Self.root)/Tests").filter { $0.hasSuffix(".swift") }
    let text = try tests.map { try String(contentsOfFile: "\(Self.root)/Tests/\($0)", encoding: .utf8) }.joined()
    for name in named.sorted() { #expect(text.contains("struct \(name)"), "there is no suite \(name)") }
  }

  @Test func importReaderSeesEveryForm() {
    let text = "import A\npackage import B\n@preconcurrency import C\nimport struct D.E\n// import F\nlet x = 1"
    #expect(Self.imports(in: text) == ["A", "B", "C", "D"])
  }
}
