/// A proved lower bound on the summed weight of the moves of any plan that brings a problem to an end.
///
/// Each part bounds the moves of items of its own; no item is in two parts, so the values add up.
package struct BoundProof: Sendable, Equatable {
  package var value: Int
  package var parts: [BoundPart]

  package init(value: Int = 0, parts: [BoundPart] = []) {
    self.value = value
    self.parts = parts
  }
}

/// One reason why moves are unavoidable, with all that is needed to work it out again.
package enum BoundPart: Sendable, Equatable {
  case forced(ForcedPart)
  case overload(OverloadPart)
  case slot(SlotPart)
  case group(GroupPart)

  package var value: Int {
    switch self {
    case .forced(let part): part.value
    case .overload(let part): part.value
    case .slot(let part): part.value
    case .group(let part): part.value
    }
  }
}

/// Items that may not stay where they are: each weighs at least its cheapest move.
package struct ForcedPart: Sendable, Equatable {
  /// Ascending.
  package var items: [Int]
  package var value: Int

  package init(items: [Int], value: Int) {
    self.items = items
    self.value = value
  }
}

/// A relieved host that is over even when everything outside of `items` has left it.
package struct OverloadPart: Sendable, Equatable {
  package var host: Int
  package var resource: Int
  /// What starts there, may stay and is counted in no other part; ascending.
  package var items: [Int]
  package var value: Int

  package init(host: Int, resource: Int, items: [Int], value: Int) {
    self.host = host
    self.resource = resource
    self.items = items
    self.value = value
  }
}

/// Secondary moves that the sizes of items and hosts force: a host offers floor(room / threshold) slots and an item needs floor(demand / threshold).
///
/// The dual-feasible function is from Fekete and Schepers, New classes of fast lower bounds for bin packing problems (2001).
package struct SlotPart: Sendable, Equatable {
  package var resource: Int
  package var threshold: Int
  /// What one slot is worth, `priceWeight / priceSlots`: any price gives a bound.
  package var priceWeight: Int
  package var priceSlots: Int
  package var value: Int

  package init(resource: Int, threshold: Int, priceWeight: Int, priceSlots: Int, value: Int) {
    self.resource = resource
    self.threshold = threshold
    self.priceWeight = priceWeight
    self.priceSlots = priceSlots
    self.value = value
  }
}

/// Moves that a group forces on its members, those that may not stay included.
package struct GroupPart: Sendable, Equatable {
  package var group: Int
  /// Prices of units, by the least number of members that every counted unit has in the end: one level for `separate`, none for `together`.
  ///
  /// They are a dual solution of the assignment of members to units: any prices give a bound.
  package var levels: [[UnitPrice]]
  package var value: Int

  package init(group: Int, levels: [[UnitPrice]], value: Int) {
    self.group = group
    self.levels = levels
    self.value = value
  }
}

/// What being on a unit costs a member beside its move; negative where the unit lacks members.
package struct UnitPrice: Sendable, Equatable {
  package var unit: Int
  package var price: Int

  package init(unit: Int, price: Int) {
    self.unit = unit
    self.price = price
  }
}
