import ArgumentParser
import Reporting

struct VersionCommand: ParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  static let needsSettings = false

  @OptionGroup(title: "Everywhere") var common: CommonOptions

  @Option(name: .shortAndLong, help: "How to print: text or json.")
  var output = TextOrJSON.text

  func run() {
    switch output {
    case .text: StandardStreams.print("reconcile \(Reconcile.version)")
    case .json: StandardStreams.print(#"{"name": "reconcile", "version": "\#(Reconcile.version)"}"#)
    }
  }
}
