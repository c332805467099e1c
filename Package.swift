// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// Optimised even in debug builds, with every check left in: the seeded tests run thousands of fleets through these.
let fast = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func library(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: goldens[name] ?? [], swiftSettings: strict)
}

/// Expected outputs, read from the source tree by the tests, not bundled.
let goldens = [
  "ReportingTests": ["Golden"], "NotifyingTests": ["recording_server.py"], "LibvirtHypervisorTests": ["Samples"],
  "ManifestsTests": ["Python"],
]

let package = Package(
  name: "reconcile",
  products: [.executable(name: "reconcile", targets: ["reconcile"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
  ],
  targets: [
    // pure
    library("Fleet", [], fast),
    library("Planning", ["Fleet"], fast),
    library("Execution", ["Fleet", "Planning"], fast),
    library("Reporting", ["Fleet", "Planning", "Execution"]),
    // contract
    library("Hypervisor", ["Fleet"]),
    // edges
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    library("Manifests", ["Fleet", "CLibYAML"]),
    .systemLibrary(name: "CLinux"),
    library("OwnFiles", []),
    library("StateStore", ["Fleet", "OwnFiles", .product(name: "GRDB", package: "GRDB.swift")]),
    library("BlockingCalls", ["Hypervisor"]),
    library("SimulatedHypervisor", ["Fleet", "Hypervisor", "OwnFiles"], fast),
    .systemLibrary(name: "CLibvirt", pkgConfig: "libvirt", providers: [.apt(["libvirt-dev"])]),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    library("LibvirtHypervisor", ["Fleet", "Hypervisor", "BlockingCalls", "CLibvirt", "CLibXML2"]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    library("XenHypervisor", ["Fleet", "Hypervisor", "BlockingCalls", "CCurl", "CLibXML2"], fast),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    library(
      "Notifying",
      ["Fleet", "Reporting", "Hypervisor", "BlockingCalls", "CCurl", .product(name: "Subprocess", package: "swift-subprocess")]),
    library("PlannerBenchmark", ["Planning", "CZlib"]),
    // a pass and the loop
    library(
      "Reconciler",
      [
        "Fleet", "Planning", "Execution", "Reporting", "Hypervisor", "Manifests", "StateStore", "SimulatedHypervisor",
        "LibvirtHypervisor", "XenHypervisor", "Notifying", .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    // the command lines
    .executableTarget(
      name: "reconcile",
      dependencies: [
        "Fleet", "Planning", "Execution", "Reporting", "Hypervisor", "Manifests", "OwnFiles", "StateStore", "Reconciler", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "planner-benchmark", dependencies: ["PlannerBenchmark", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),
    // tests: small
    tests("FleetTests", ["Fleet"]),
    tests("PlanningTests", ["Planning", "Fleet"]),
    tests("ExecutionTests", ["Execution", "Fleet"]),
    tests("ReportingTests", ["Reporting", "Fleet"]),
    tests("ManifestsTests", ["Manifests", "Reporting", "LabSupport", "Fleet"]),
    tests("OwnFilesTests", ["OwnFiles"]),
    tests("BlockingCallsTests", ["BlockingCalls", "Hypervisor"]),
    tests("NotifyingTests", ["Notifying", "Fleet", "LabSupport"]),
    tests("StateStoreTests", ["StateStore", "Fleet", .product(name: "GRDB", package: "GRDB.swift")]),
    tests("SimulatedHypervisorTests", ["SimulatedHypervisor", "Hypervisor", "Fleet"]),
    tests("LibvirtHypervisorTests", ["LibvirtHypervisor", "CLibvirt", "Hypervisor", "Fleet"]),
    tests("XenHypervisorTests", ["XenHypervisor", "XenSupport", "Reconciler", "Execution", "Hypervisor", "Fleet"]),
    tests(
      "ReconcilerTests",
      ["Reconciler", "Notifying", "Reporting", "StateStore", "SimulatedHypervisor", "Hypervisor", "Execution", "Planning", "Fleet"]),
    tests("ArchitectureTests", []),
    tests("PlannerBenchmarkTests", ["PlannerBenchmark", "planner-benchmark", "Planning", "LabSupport"]),
    // tests: whole
    .target(name: "LabSupport", path: "Tests/LabSupport", swiftSettings: strict),
    .target(
      name: "XenSupport", dependencies: ["Fleet", "Hypervisor", "XenHypervisor", "LabSupport"], path: "Tests/XenSupport", exclude: ["Peer"],
      swiftSettings: strict),
    tests(
      "ConformanceTests",
      ["SimulatedHypervisor", "LibvirtHypervisor", "XenHypervisor", "LabSupport", "XenSupport", "Hypervisor", "Fleet"]),
    tests("LabTests", ["LabSupport", "LibvirtHypervisor", "Hypervisor", "Fleet"]),
    tests(
      "SimulationTests", ["Reconciler", "Reporting", "StateStore", "SimulatedHypervisor", "Hypervisor", "Execution", "Planning", "Fleet"]),
    tests("GoldenTests", ["reconcile", "Fleet", "Reporting", "XenSupport"]),
  ]
)
