/// A yes-or-no variable of a conflict search, or its opposite.
struct Literal: Equatable, Sendable {
  /// Twice the variable, plus one for the opposite.
  let code: Int32

  init(code: Int32) { self.code = code }
  init(_ variable: Int, isNegated: Bool = false) { code = Int32(variable) << 1 | (isNegated ? 1 : 0) }

  var index: Int { Int(code) }
  var variable: Int { Int(code >> 1) }
  var isNegated: Bool { code & 1 == 1 }
  static prefix func ! (literal: Literal) -> Literal { Literal(code: literal.code ^ 1) }
}

/// One literal of a sum and what it counts when it is true.
struct SumTerm: Sendable {
  var literal: Literal
  /// Positive.
  var amount: Int
}
