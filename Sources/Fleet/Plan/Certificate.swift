/// What makes a cell's lower bound one, so that it can be worked out again.
package struct Certificate: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// Nothing is violated: 0 moves.
    case empty
    /// Each listed instance may not end where it is; each counted unit must lose that many more.
    case forcedMoves
    /// The forced moves, and hosts that cannot offer what the sizes of the instances ask for unless others move too.
    case slots
    /// A price for each size of instance: what all of them are worth less what the hosts can hold of it is a bound.
    case prices
    /// Every placement that could be better was searched.
    case exhaustive
  }
  package struct Data: Sendable, Equatable, Codable {
    /// Instances that may not end where they are, sorted.
    package var forced: [InstanceName]
    /// Host or `rule/unit` → how many further instances must leave it at least; `rule/*`: of the whole rule.
    package var evictions: [String: Int]
    /// Sets of hosts that are too full for those that must leave them: in each, at least one move more.
    package var fullHosts: [[HostName]]?
    package var slots: SlotCount?
    package var prices: PriceList?
    /// Placements looked at by an exhaustive search.
    package var placementsSearched: Int?

    package init(
      forced: [InstanceName] = [], evictions: [String: Int] = [:], fullHosts: [[HostName]]? = nil, slots: SlotCount? = nil,
      prices: PriceList? = nil, placementsSearched: Int? = nil
    ) {
      self.forced = forced
      self.evictions = evictions
      self.fullHosts = fullHosts
      self.slots = slots
      self.prices = prices
      self.placementsSearched = placementsSearched
    }
  }
  package var kind: Kind
  package var data: Data

  package init(kind: Kind, data: Data = Data()) {
    self.kind = kind
    self.data = data
  }
}

/// Moves beyond the forced ones because a host offers floor(free room / `threshold`) slots and an instance needs floor(demand / `threshold`).
package struct SlotCount: Sendable, Equatable, Codable {
  package enum Resource: String, Sendable, Codable { case vcpus, memoryBytes, poolBytes }
  package var resource: Resource
  /// In vCPUs or bytes.
  package var threshold: Int
  /// Moves beyond the forced ones.
  package var moves: Int

  package init(resource: Resource, threshold: Int, moves: Int) {
    self.resource = resource
    self.threshold = threshold
    self.moves = moves
  }
}

/// Prices by size of instance, in moves / `scale` (with the objective `cost`: in cost / `scale`).
package struct PriceList: Sendable, Equatable, Codable {
  package struct Price: Sendable, Equatable, Codable {
    /// One of the instances that are alike.
    package var like: InstanceName
    package var instances: Int
    package var vcpus: Int
    package var memoryBytes: Int
    package var price: Int

    package init(like: InstanceName, instances: Int, vcpus: Int, memoryBytes: Int, price: Int) {
      self.like = like
      self.instances = instances
      self.vcpus = vcpus
      self.memoryBytes = memoryBytes
      self.price = price
    }
  }
  package var scale: Int
  /// Room and needs are counted in whole units of so much, rounded down; 0: left out.
  package var vcpuUnit: Int
  package var memoryUnitBytes: Int
  package var prices: [Price]

  package init(scale: Int, vcpuUnit: Int, memoryUnitBytes: Int, prices: [Price]) {
    self.scale = scale
    self.vcpuUnit = vcpuUnit
    self.memoryUnitBytes = memoryUnitBytes
    self.prices = prices
  }
}
