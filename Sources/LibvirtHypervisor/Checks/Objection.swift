import Fleet

/// Why something must not be done, and whose fault that is.
struct Objection: Sendable, Equatable {
  var text: String
  var blame: Blame

  init(_ text: String, blame: Blame = .pair) {
    self.text = text
    self.blame = blame
  }
}
