package import Fleet

/// Tells whether a plan that was saved is still the one that was shown.
///
/// No protection from somebody who wants to forge one: what a plan may do is worked out again from facts and manifests. It keeps an edited file, whose
/// moves may all be legal, from being carried out as the plan that was reviewed.
package enum PlanSeal {
  package enum State: Sendable { case whole, edited, missing }

  package static func state(of plan: Plan) -> State {
    guard let digest = plan.digest else { return .missing }
    return digest == self.digest(of: plan) ? .whole : .edited
  }

  static func sealed(_ plan: Plan) -> Plan {
    var plan = plan
    plan.digest = digest(of: plan)
    return plan
  }

  private static func digest(of plan: Plan) -> String {
    var plan = plan
    plan.digest = nil
    var hash = SHA256()
    hash.update(JSONText.encodeOwn(plan, pretty: false))
    return hash.hexDigest()
  }
}
