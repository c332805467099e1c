/// Which calls may be sent again after an answer was lost: those that change nothing, or change it to the same.
enum XenMethods {
  private static let reading = ["get_", "assert_", "compute_", "maximise_"]
  private static let settling: Set<String> = [
    "event.from", "session.login_with_password", "session.logout", "task.cancel", "task.destroy", "host.disable", "host.enable",
  ]

  static func isRepeatable(_ method: String) -> Bool {
    if settling.contains(method) { return true }
    guard !method.hasPrefix("Async."), let message = method.split(separator: ".").last else { return false }
    // remove_from is to be followed by an add, and an entry that is gone stays gone.
    return reading.contains { message.hasPrefix($0) } || message.hasPrefix("remove_from_")
  }
}
