import ArgumentParser

struct CompletionCommand: TakesCommonOptions {
  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  static let configuration = CommandConfiguration(
    commandName: "completion", abstract: "Print the shell completion script.",
    discussion: "For bash: reconcile completion bash > /etc/bash_completion.d/reconcile")

  static let needsSettings = false

  @OptionGroup(title: "Everywhere") var common: CommonOptions

  @Argument(help: "The shell.")
  var shell: Shell

  func run() {
    let target: CompletionShell = shell == .bash ? .bash : (shell == .zsh ? .zsh : .fish)
    StandardStreams.print(Reconcile.completionScript(for: target))
  }
}
