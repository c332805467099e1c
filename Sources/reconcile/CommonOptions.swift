import ArgumentParser
import Glibc

/// What every command takes.
struct CommonOptions: ParsableArguments {
  enum Colour: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  @Option(name: [.customShort("C"), .customLong("directory")], help: ArgumentHelp("Go to this folder first.", valueName: "folder"))
  var directory: String?

  @Option(help: "Colour the output: auto (on a terminal, unless NO_COLOR or CLICOLOR=0 says no), always or never.")
  var color = Colour.auto

  @Flag(name: .shortAndLong, help: "No notes and no progress: only plans, outcomes, questions, warnings and errors.")
  var quiet = false

  /// Before anything is read or written.
  func apply() throws {
    if let directory, chdir(directory) != 0 {
      throw Failure.usage("\(directory): \(String(cString: strerror(errno)))", hint: "-C takes a folder that is there")
    }
    Terminal.take(color: color, isQuiet: quiet)
  }
}

/// A command that takes them.
protocol TakesCommonOptions: ParsableCommand { var common: CommonOptions { get } }
