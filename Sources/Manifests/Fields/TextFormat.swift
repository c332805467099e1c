/// What a text must look like; the same words and pattern go into the errors, the reference and the JSON Schema.
package enum TextFormat: String, Sendable, CaseIterable {
  case any, name, uuid, time, path, world, xenURL, pin, variable, address, endpoint, labelKey

  /// Completes "'uuid' is 'x', which is not …".
  var title: String {
    switch self {
    case .any: "a text of 1 to \(ManifestLimits.textBytesMax) bytes"
    case .name: "a name"
    case .uuid: "a UUID"
    case .time: "a time"
    case .path: "a path"
    case .world: "the path of a world"
    case .xenURL: "the URL of a pool master"
    case .pin: "a pinned public key"
    case .variable: "the name of an environment variable"
    case .address: "a host name or IP address"
    case .endpoint: "a host name or IP address, with or without a port"
    case .labelKey: "a label key or 'host'"
    }
  }

  var rule: String {
    switch self {
    case .any: "between 1 and \(ManifestLimits.textBytesMax) bytes, no control characters"
    case .name: "1 to 253 of A-Z a-z 0-9 . _ - and it starts with a letter or digit"
    case .uuid: "8-4-4-4-12 hexadecimal digits"
    case .time: "RFC 3339, such as 2026-11-23 or 2026-11-23T18:00:00Z"
    case .path: "relative to the folder of this file unless it starts with /"
    case .world: "it ends in .json; relative to the folder of this file unless it starts with /"
    case .xenURL: "https://HOST[:PORT], without user name and path; an IPv6 address in brackets"
    case .pin: "sha256// and the base64 of the SHA-256 of the public key (44 characters); several joined by \";\""
    case .variable: "letters, digits and _, not starting with a digit"
    case .address: "without scheme, port and brackets; of digits and dots alone only if it is an IPv4 address"
    case .endpoint: "without scheme; an IPv6 address with a port in brackets; of digits and dots alone only if it is an IPv4 address"
    case .labelKey: "host, or the key of a label that hosts carry"
    }
  }
}
