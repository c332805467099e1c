import Foundation
package import XenHypervisor

/// The calls of XenAPI as they are published.
package enum XenDatamodel {
  package struct Parameter: Sendable, Equatable {
    package var name: String
    package var type: String
    package var isOptional: Bool
  }

  private static let messages: [String: [Parameter]] = read()

  /// xapi makes `get_all_records_where` for each class that has `get_all_records`, and lists it for few.
  private static func unlisted(_ method: String) -> [Parameter]? {
    guard method.hasSuffix(".get_all_records_where"), messages[String(method.dropLast("_where".count))] != nil else { return nil }
    return [Parameter(name: "expr", type: "string", isOptional: false)]
  }

  /// What is wrong with a call, in words; nil: nothing. The session is no parameter here.
  package static func fault(_ method: String, _ parameters: [XenValue]) -> String? {
    let plain = method.hasPrefix("Async.") ? String(method.dropFirst(6)) : method
    guard let known = messages[plain] ?? unlisted(plain) else { return "\(method) is not in the datamodel" }
    let least = known.filter { !$0.isOptional }.count
    guard (least...known.count).contains(parameters.count) else {
      return "\(method) takes \(least) to \(known.count) parameters, not \(parameters.count)"
    }
    for (value, parameter) in zip(parameters, known) where !fits(value, parameter.type) {
      return "\(method): \(parameter.name) is \(parameter.type), not \(value)"
    }
    return nil
  }

  private static func fits(_ value: XenValue, _ type: String) -> Bool {
    if type.hasSuffix(" set") {
      guard let values = value.list else { return false }
      return values.allSatisfy { fits($0, unwrapped(String(type.dropLast(4)))) }
    }
    if type.hasSuffix(" map") {
      guard let map = value.map else { return false }
      let element = unwrapped(String(type.dropLast(4))).split(separator: " -> ", maxSplits: 1).last.map(String.init) ?? ""
      return map.values.allSatisfy { fits($0, element) }
    }
    if type.hasSuffix(" record") { return value.map != nil }
    switch type {
    case "int": if case .integer = value { return true } else { return false }
    case "float": if case .number = value { return true } else { return false }
    case "bool": return value.flag != nil
    default:
      guard let text = value.text else { return false }
      return !type.hasSuffix(" ref") || text.hasPrefix("OpaqueRef:")
    }
  }

  private static func unwrapped(_ type: String) -> String {
    type.hasPrefix("(") && type.hasSuffix(")") ? String(type.dropFirst().dropLast()) : type
  }

  private static func read() -> [String: [Parameter]] {
    let file = XenPeer.folder.appending(path: "datamodel.json")
    guard let data = try? Data(contentsOf: file), let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let classes = root["classes"] as? [String: [String: Any]]
    else { return [:] }
    var messages: [String: [Parameter]] = [:]
    for (name, body) in classes {
      for (message, facts) in body["messages"] as? [String: [String: Any]] ?? [:] {
        messages["\(name).\(message)"] = (facts["p"] as? [[Any]] ?? []).map { words in
          Parameter(
            name: words.first as? String ?? "", type: words.count > 1 ? words[1] as? String ?? "" : "",
            isOptional: words.count > 2 && (words[2] as? [String: Any])?["optional"] != nil)
        }
      }
    }
    return messages
  }
}
