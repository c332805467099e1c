import ArgumentParser
import Fleet
import Manifests
import Reconciler
import Reporting

struct GetCommand: AsyncParsableCommand, TakesCommonOptions {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "List hosts, instances, moves, rules, cells or storages, as tables, names, JSON, YAML or CSV; contacts no host.",
    discussion: """
      As 'status' it shows the last observation in the database against the manifests as they are now. What nobody knows is '-': before the \
      first pass all that only hosts could tell. KIND may be singular, and KIND/NAME is one object, as '-o name' prints it. Exit status: 0, \
      also if nothing fits; 64 for a name that nothing has; 65 if the manifests are invalid; 4 if the database cannot be used.

      reconcile get hosts                         state, guests and memory of each host
      reconcile get host hv1 -o json              one of them, for programs (reconcile schema get)
      reconcile get instances -l app=web -o wide  with all columns
      reconcile get moves --cell east             what runs, and the last that ended
      reconcile get storages -o csv               for a spreadsheet
      """)

  @Argument(
    help: ArgumentHelp("hosts, instances, moves, rules, cells or storages.", valueName: "kind"),
    completion: .list(GetKind.allCases.map(\.rawValue)))
  var kind: String

  @Argument(
    help: ArgumentHelp(
      "Only these: names; of instances also cell/name or uuid; of moves id or instance; of storages host/name, too.", valueName: "name"))
  var names: [String] = []

  @OptionGroup(title: "Everywhere") var common: CommonOptions
  @OptionGroup var fleet: FleetOptions

  @Option(
    name: [.customShort("l"), .customLong("selector")],
    help: ArgumentHelp(
      "Only what carries these labels, such as app=web,tier=1; may be repeated. Moves go by their instance, storages by their host, rules by their selector.",
      valueName: "label=value"))
  var labels: [String] = []

  @Option(help: ArgumentHelp("Only what is in this cell; may be repeated.", valueName: "cell"))
  var cell: [String] = []

  @Option(name: .shortAndLong, help: "How to print: text, wide (all columns), json, yaml, name or csv (all columns).")
  var output = GetReport.Format.text

  func run() async throws {
    let (kind, names) = try asked()
    guard let wanted = GetSelection.labels(labels) else {
      throw Failure.usage(
        "-l \(labels.joined(separator: " -l ")) selects nothing", hint: "write label=value, several joined by commas: -l app=web,tier=1")
    }
    let manifests = try await LoadedFleet.orExit(fleet, output: output == .json ? .json : .text)
    try KnownName.expect(cell, "cell", manifests.fleet.cells.map(\.name.rawValue))
    let lists: FleetLists
    do {
      lists = try await GetBuilder(manifests: manifests, now: SystemClock().now()).read(try StateAccess.forReadingIfThere(fleet.state))
    } catch {
      throw Failure.refused(error)
    }
    let selection = GetSelection(names: names, labels: wanted, cells: cell.map { CellName($0) })
    if !lists.isObserved { StandardStreams.printNote("nothing was observed yet: run 'reconcile' or 'reconcile probe'") }
    do {
      switch kind {
      case .hosts: show(try lists.hosts(selection))
      case .instances: show(try lists.instances(selection))
      case .moves: show(try lists.moves(selection))
      case .rules: show(try lists.rules(selection))
      case .cells: show(try lists.cells(selection))
      case .storages: show(try lists.storages(selection))
      }
    } catch {
      let nearest = NearestName.of(error.name, in: error.known).map { "the nearest is '\($0)'" }
      throw Failure.usage(
        "no \(kind.singular) is called '\(error.name)'", hint: nearest ?? "'reconcile get \(kind.rawValue)' lists what there is")
    }
  }

  /// The kind, and the names: `host/hv1` is both.
  private func asked() throws -> (kind: GetKind, names: [String]) {
    let parts = kind.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let found = GetKind(word: parts[0]) else {
      let known = GetKind.allCases.map(\.rawValue)
      let nearest = NearestName.of(parts[0], in: known, editsMax: 2) ?? GetKind.elsewhere(parts[0])?.rawValue
      throw Failure.usage(
        "'\(parts[0])' is nothing that can be listed",
        hint: "\(nearest.map { "did you mean '\($0)'? " } ?? "")there are \(CountFormat.list(known))")
    }
    return (found, parts.count > 1 ? [parts[1]] + names : names)
  }

  private func show<Item>(_ list: GetList<Item>) {
    let text = GetReport.text(list, as: output, style: Terminal.style)
    if list.items.isEmpty { StandardStreams.printNote("no \(Item.getKind.rawValue) to show") }
    if !text.isEmpty { StandardStreams.show(text) }
  }
}

extension GetReport.Format: ExpressibleByArgument {}
