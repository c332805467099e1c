/// Where every item of some hosts may be and what moving it weighs, all in integers and dense ids: what the solvers work on.
///
/// An *item* is a guest that may be moved; everything else is charged in `base`. Instances of equal demand and rights are one *class*. The aim is
/// the least summed weight of moves such that in the end every item is at home or where a move may leave it, every relieved host is within its
/// capacity and every group is kept. Names, reasons and modes are the caller's.
package struct PlacementProblem: Sendable, Equatable {
  /// Kinds of room a host has (vCPUs, memory, local disk, …); every demand and capacity is a row of so many.
  package var resourceCount: Int
  package var hosts: [ProblemHost]
  /// `host * resourceCount + resource`
  package var capacity: [Int]
  /// Charged on a host by what is no item; laid out like `capacity`.
  package var base: [Int]
  package var classes: [ItemClass]
  package var items: [Item]
  package var hostSets: [HostSelection]
  package var groups: [ItemGroup]
  /// Ways of dividing the hosts into units (the host itself, its zone, …): unit of each host, -1 for none.
  package var unitMaps: [[Int]]
  package var limits: MigrationSlots
  /// True: a host that is over in any resource takes nothing, not even what needs none of it.
  package var refusesWhenOver: Bool

  package init(
    resourceCount: Int, hosts: [ProblemHost] = [], capacity: [Int] = [], base: [Int] = [], classes: [ItemClass] = [], items: [Item] = [],
    hostSets: [HostSelection] = [], groups: [ItemGroup] = [], unitMaps: [[Int]] = [], limits: MigrationSlots = MigrationSlots(),
    refusesWhenOver: Bool = false
  ) {
    self.resourceCount = resourceCount
    self.hosts = hosts
    self.capacity = capacity
    self.base = base
    self.classes = classes
    self.items = items
    self.hostSets = hostSets
    self.groups = groups
    self.unitMaps = unitMaps
    self.limits = limits
    self.refusesWhenOver = refusesWhenOver
  }
}

/// A host of a problem.
package struct ProblemHost: Sendable, Equatable {
  /// No migration goes from one cell to another.
  package var cell: Int
  /// Between two zones runs one link (`MigrationSlots.perLink`); -1: none counted.
  package var zone: Int
  /// Hosts of one kind offer an item the same passages.
  package var kind: Int
  /// Must end within its capacity; if false it may stay over, but takes nothing while it is.
  package var isRelieved: Bool
  /// May be a destination of somebody.
  package var receives: Bool

  package init(cell: Int = 0, zone: Int = -1, kind: Int = 0, isRelieved: Bool = true, receives: Bool = true) {
    self.cell = cell
    self.zone = zone
    self.kind = kind
    self.isRelieved = isRelieved
    self.receives = receives
  }
}

/// What items have in common that no solver needs to tell apart (but for where they start).
package struct ItemClass: Sendable, Equatable, Hashable {
  /// By resource; charged on every host the item is on, on both from the start of a move to its end.
  package var demand: [Int]
  /// Index in `hostSets`: where an item that starts there may stay.
  package var home: Int
  /// Index in `hostSets`: where a move may leave it in the end.
  package var ends: Int
  /// Index in `hostSets`: where it may stop on the way.
  package var stops: Int
  /// By `ProblemHost.kind` of the destination; nil: it cannot be moved there.
  package var passages: [Passage?]
  /// Indices in `groups`, sorted.
  package var groups: [Int]

  package init(demand: [Int], home: Int, ends: Int, stops: Int, passages: [Passage?], groups: [Int] = []) {
    self.demand = demand
    self.home = home
    self.ends = ends
    self.stops = stops
    self.passages = passages
    self.groups = groups
  }

  /// Least weight of any move of it; nil: it cannot be moved at all.
  package var leastWeight: Int? { passages.lazy.compactMap { $0?.weight }.min() }
}

/// How an item is taken to hosts of one kind.
package struct Passage: Sendable, Equatable, Hashable {
  /// What the objective counts; positive.
  package var weight: Int
  /// Predicted duration.
  package var seconds: Int
  /// Room beside the demand that arriving takes at the destination for good (copied disks), in the order of resources.
  package var arrival: [ArrivalNeed]
  /// True: it may be made only as the first and last move of its item (disks are copied), never over a hop.
  package var isOnly: Bool

  package init(weight: Int, seconds: Int, arrival: [ArrivalNeed] = [], isOnly: Bool = false) {
    self.weight = weight
    self.seconds = seconds
    self.arrival = arrival
    self.isOnly = isOnly
  }
}

/// Room of one resource that an arrival takes.
package struct ArrivalNeed: Sendable, Equatable, Hashable {
  package var resource: Int
  package var amount: Int

  package init(resource: Int, amount: Int) {
    self.resource = resource
    self.amount = amount
  }
}

/// One movable guest.
package struct Item: Sendable, Equatable {
  package var classID: Int
  /// Host it is on at the start.
  package var start: Int

  package init(classID: Int, start: Int) {
    self.classID = classID
    self.start = start
  }
}

/// Items with a rule about the units they are on.
package struct ItemGroup: Sendable, Equatable {
  package enum Kind: Sendable, Equatable, Hashable {
    /// At most `max` members on any unit.
    case separate(max: Int)
    /// All members on one unit.
    case together
    /// Most minus fewest members on any of the `counted` units at most `maxSkew`.
    case spread(maxSkew: Int)
  }
  package var kind: Kind
  /// Index in `unitMaps`.
  package var unitMap: Int
  /// Units that `spread` looks at; sorted.
  package var counted: [Int]
  /// `separate` only: at no instant above max(`max`, what the unit had at the start), a moving item counting on both ends.
  package var always: Bool
  /// Indices in `items`, sorted.
  package var members: [Int]
  /// Members that are no items, by unit.
  package var base: [Int: Int]

  package init(kind: Kind, unitMap: Int, counted: [Int] = [], always: Bool = false, members: [Int], base: [Int: Int] = [:]) {
    self.kind = kind
    self.unitMap = unitMap
    self.counted = counted
    self.always = always
    self.members = members
    self.base = base
  }
}

/// How many migrations may run at once.
package struct MigrationSlots: Sendable, Equatable {
  /// In and out together.
  package var perHost: Int
  package var perHostOutgoing: Int
  package var perHostIncoming: Int
  /// Between two different zones.
  package var perLink: Int
  package var total: Int

  package init(perHost: Int = .max, perHostOutgoing: Int = .max, perHostIncoming: Int = .max, perLink: Int = .max, total: Int = .max) {
    self.perHost = perHost
    self.perHostOutgoing = perHostOutgoing
    self.perHostIncoming = perHostIncoming
    self.perLink = perLink
    self.total = total
  }
}
