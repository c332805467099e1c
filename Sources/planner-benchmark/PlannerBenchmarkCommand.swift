import ArgumentParser
import Glibc
import PlannerBenchmark

@main struct PlannerBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "planner-benchmark",
    abstract: "Plans one instance of the planner's benchmark and measures it.",
    discussion: """
      Instances and plans: Benchmarks/planner/README.md; verify.py there replays a plan. The same instance and options always give the same plan.
      Exit status: 0 planned, or proved that no plan exists; 1 neither; 2 the instance cannot be read or the plan not written.
      """)

  @Argument(help: ArgumentHelp("A JSON file, plain or packed by gzip.", valueName: "instance.json"))
  var instance: String

  @Option(help: "What a plan should have the least of: \(BenchmarkObjective.allCases.map(\.rawValue).joined(separator: " or ")).")
  var objective = BenchmarkObjective.moves

  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Write the plan to this file.", valueName: "plan.json"))
  var output: String?

  @Option(help: "What ties are broken by.")
  var seed: UInt64 = 1

  @Option(help: "Steps of search that planning may take.")
  var steps = 20_000_000

  @Flag(help: "Then one more host goes under maintenance: plan again, and measure that too.")
  var replan = false

  @Option(help: ArgumentHelp("With --replan: the host; without it the first that loses no VM yet.", valueName: "host"))
  var event: String?

  @Flag(help: "Print the figures as JSON.")
  var json = false

  func validate() throws {
    guard steps >= 0 else { throw ValidationError("--steps must not be negative.") }
    guard event == nil || replan else { throw ValidationError("--event needs --replan.") }
  }

  func run() throws {
    let clock = ContinuousClock()
    let begin = clock.now
    let read: BenchmarkInstance
    do {
      read = try InstanceFile.instance(at: instance)
    } catch {
      throw failure("\(instance): \(error)")
    }
    let reading = clock.now - begin
    var run = freshRun()
    let planned = run.plan(read)
    let again = try replan ? Replan(read, host: eventHost(read), run, fresh: freshRun) : nil
    if let output {
      do {
        try PlanFile.write(PlanWriter(planned.plan, of: read, planned.problem).text(), to: output)
      } catch {
        throw failure("\(output): \(error)")
      }
    }
    let report = RunReport(planned, of: read, objective, reading: reading, replan: again)
    print(json ? report.json() : report.lines())
    if planned.plan.status == .unfinished { throw ExitCode(1) }
  }

  private func freshRun() -> BenchmarkRun { BenchmarkRun(objective, seed: seed, steps: steps) }

  private func eventHost(_ read: BenchmarkInstance) throws -> Int {
    guard let event else {
      guard let host = NextEvent.host(of: read) else { throw failure("\(instance): no host is left that could go under maintenance") }
      return host
    }
    guard let host = read.hosts.firstIndex(where: { read.names[$0.id] == event }) else { throw failure("\(instance): no host \(event)") }
    return host
  }

  private func failure(_ message: String) -> ExitCode {
    let line = Array("planner-benchmark: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    return ExitCode(2)
  }
}

extension BenchmarkObjective: ExpressibleByArgument {}
