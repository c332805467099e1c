import ArgumentParser

/// What only a plan that is not carried out can do.
struct PreviewOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Plan from this observation (see 'reconcile snapshot') instead of the hosts.", valueName: "file"))
  var snapshot: String?

  @Option(help: ArgumentHelp("Also write the plan, as JSON, to this file; 'reconcile apply FILE' carries it out.", valueName: "file"))
  var out: String?

  @Flag(name: .customLong("detailed-exitcode"), help: "Exit 2 if moves are pending.")
  var detailedExitCode = false

  /// A saved plan is whole: what it leaves out later is said when it is carried out.
  func refuse(_ part: ScopeOptions) throws {
    guard out != nil, !part.isWhole else { return }
    throw ValidationError("--out saves the whole plan; give --cell, --host or --instance to 'reconcile apply FILE'.")
  }
}
