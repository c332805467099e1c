import ArgumentParser

/// Of the two types of this name the argument parser's is the one that commands throw; `Reporting.ExitCode` says what a number means.
typealias ExitCode = ArgumentParser.ExitCode
