import ArgumentParser
import Manifests

/// The word that names the command, wherever it stands among the options that every command takes.
///
/// Left alone, the parser would take a word that is no command for an argument of `run`, and say so.
enum FirstWord {
  struct Problem {
    var text: String
    var hint: String
  }

  /// Options that may stand before the command, as with git, and whether a value follows.
  private static let common = [
    "-C": true, "--directory": true, "--color": true, "--config": true, "-q": false, "--quiet": false, "-v": false, "--verbose": false,
    "--no-pager": false,
  ]

  /// The same arguments with the command first.
  static func first(_ arguments: [String], _ commands: [String]) -> [String] {
    let count = optionsAhead(arguments)
    guard count > 0, count < arguments.count, commands.contains(arguments[count]) else { return arguments }
    return [arguments[count]] + arguments[..<count] + arguments[(count + 1)...]
  }

  /// What is wrong with the word where a command ought to stand; nil: it is one, or there is none.
  static func problem(in arguments: [String], commands: [String]) -> Problem? {
    let count = optionsAhead(arguments)
    guard count < arguments.count, !arguments[count].hasPrefix("-"), !commands.contains(arguments[count]), arguments[count] != "help"
    else { return nil }
    let word = arguments[count]
    return Problem(text: "'\(word)' is no command of reconcile", hint: advice(on: word, commands))
  }

  private static func optionsAhead(_ arguments: [String]) -> Int {
    var count = 0
    while count < arguments.count {
      let argument = arguments[count]
      if let takesValue = common[argument] {
        count += takesValue ? 2 : 1
      } else if argument.hasPrefix("--directory=") || argument.hasPrefix("--color=") || argument.hasPrefix("--config=") {
        count += 1
      } else {
        break
      }
    }
    return min(count, arguments.count)
  }

  private static func advice(on word: String, _ commands: [String]) -> String {
    if let known = otherTools[word.lowercased()] { return known }
    let nearest = NearestName.of(word, in: commands, editsMax: 2).map { "did you mean '\($0)'? " } ?? ""
    return "\(nearest)commands: \(commands.joined(separator: ", "))"
  }

  /// What people type who come from virsh, kubectl, terraform, nomad, Ganeti or nova.
  private static let otherTools = [
    "cordon": maintenance, "drain": maintenance, "evacuate": maintenance, "maintenance": maintenance, "node": maintenance,
    "host-evacuate": maintenance, "uncordon": "take `maintenance` off the Host's manifest, commit it, and run 'reconcile'",
    "migrate": placement, "live-migration": placement, "move": placement,
    "list": listing, "ls": listing, "ps": listing, "nodelist": listing, "dominfo": explaining, "inspect": explaining,
    "sync": "'reconcile' without a command brings the fleet where the manifests say",
    "up": "'reconcile' without a command brings the fleet where the manifests say",
    "diff": "'reconcile plan' shows what differs and what would be done",
    "init": "there is nothing to initialise: write manifests, see 'reconcile schema'",
    "start": starting, "stop": starting, "shutdown": starting, "destroy": starting, "delete": starting, "create": starting,
    "define": starting,
    "log": "'reconcile history' shows past passes and moves", "logs": "'reconcile history' shows past passes and moves",
    "check": "'reconcile validate' checks the manifests", "lint": "'reconcile validate' checks the manifests",
  ]
  private static let maintenance = "set `maintenance: true` on the Host's manifest, commit it, and run 'reconcile'"
  private static let placement = "name the host under `placement` in the Instance's manifest, commit it, and run 'reconcile'"
  private static let listing =
    "'reconcile get instances' (or hosts, moves, rules, cells, storages) lists them; 'reconcile status' shows what is open"
  private static let explaining = "'reconcile explain NAME' tells all of one host or guest"
  private static let starting = "reconcile moves guests; it neither makes, starts, stops nor deletes them: virsh and xe do"
}
