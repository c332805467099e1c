/// What the planner answers to an instance, in the instance's indices.
package struct BenchmarkPlan: Sendable {
  package enum Status: Sendable, Equatable {
    /// The moves mend everything.
    case ok
    /// Proved: no plan does.
    case infeasible(Infeasibility)
    /// Neither a plan nor a proof that there is none was found; the moves are the part that was.
    case unfinished
  }
  package var status: Status
  package var moves: [BenchmarkMove] = []
  /// Moves beyond each VM's first where it ends elsewhere than it goes at first.
  package var hops = 0
  /// Of all moves, by the objective.
  package var value = 0
  /// No plan has a lower value.
  package var lowerBound = 0
  /// What proves the bound.
  package var certificate = BoundCertificate(parts: [])
  /// Seconds from the first start to the last end.
  package var makespan = 0
  /// Seconds that these moves take at least under the limits of the instance.
  package var makespanBound = 0
  /// VMs that may not stay, or groups or hosts that are not mended: counted where a plan is unfinished.
  package var unmended = Unmended()

  package var isProved: Bool { status == .ok && value == lowerBound }

  package init(status: Status) { self.status = status }
}

/// One migration of a plan.
package struct BenchmarkMove: Sendable, Equatable {
  /// Index of the VM.
  package var vm: Int
  /// Indices of hosts.
  package var from: Int
  package var to: Int
  /// Seconds after the start of the plan.
  package var start: Int
  package var end: Int
  /// Positions of moves in the plan that must have ended before it starts.
  package var after: [Int]
}

/// Why no plan exists.
package struct Infeasibility: Sendable, Equatable {
  /// Words of the format.
  package enum Reason: String, Sendable {
    /// It is larger than every host it could be on otherwise.
    case ram
    case storage
    case cell
    case group
    case pin
    /// All together need more than the hosts have.
    case aggregate = "aggregate-ram"
    case aggregateVCPU = "aggregate-vcpu"
    case aggregateDisk = "aggregate-disk"
    case deadlock
    /// Labels, zones or the CPU level leave no host.
    case selector
  }
  package var reason: Reason
  /// VMs that have no place each on their own or all together; sorted indices. Empty where it is no matter of some of them.
  package var blocked: [Int]
  /// For people: what is in the way and how much is lacking.
  package var why: String

  package init(reason: Reason, blocked: [Int], why: String) {
    self.reason = reason
    self.blocked = blocked
    self.why = why
  }
}

/// What a plan leaves as it is although it should not.
package struct Unmended: Sendable, Equatable {
  /// VMs that may not stay where they are.
  package var vms = 0
  package var groups = 0
  package var hosts = 0

  package init(vms: Int = 0, groups: Int = 0, hosts: Int = 0) {
    self.vms = vms
    self.groups = groups
    self.hosts = hosts
  }
}
