extension PlacementProblem {
  /// The same problem with every passage weighed anew; `weight` must keep weights positive.
  package func reweighed(_ weight: (Passage) -> Int) -> PlacementProblem {
    var problem = self
    for index in problem.classes.indices {
      problem.classes[index].passages = problem.classes[index].passages.map { passage in
        guard var passage else { return nil }
        passage.weight = weight(passage)
        return passage
      }
    }
    return problem
  }

  /// Summed weight of going to a target, each item at once.
  package func weight(ofTarget target: [Int]) -> Int {
    items.indices.reduce(0) { sum, item in
      target[item] == items[item].start ? sum : sum + (passage(items[item].classID, to: target[item])?.weight ?? 0)
    }
  }
}
