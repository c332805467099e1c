import Fleet

/// Decodes how a XenServer pool is reached; credentials are never read, only where they are.
enum XenConnectionDecoder {
  private static let exampleHint = "for example connection: \(CellSpecKey.connection.tableField.example)"

  static func decode(
    _ spec: ObjectReader<CellSpecKey>, _ context: inout DecodingContext
  ) -> (connection: CellConnection, addresses: [Reference]) {
    let unknown: CellConnection = .xenapi(XenConnection(url: ""))
    guard let node = spec[.connection] else {
      context.error(spec.node, "a xenapi Cell needs a 'connection'", hint: exampleHint)
      return (unknown, [])
    }
    guard context.document[node].kind == .mapping else {
      context.wrongType(node, CellSpecKey.connection.tableField, must: "a mapping", hint: exampleHint)
      return (unknown, [])
    }
    guard let reader = context.object(node, CellSpecKey.connection.tableField, as: XenConnectionKey.self) else { return (unknown, []) }
    let url = context.text(reader, .url)
    let trust = trust(reader, url, &context)
    let credentials = credentials(reader, &context)
    let addresses = context.texts(reader, .addresses) ?? [:]
    let connection = XenConnection(
      url: url ?? "", trust: trust, credentials: credentials,
      addresses: Dictionary(uniqueKeysWithValues: addresses.map { (HostName($0.key), $0.value) }))
    return (.xenapi(connection), references(reader, addresses, context))
  }

  private static func trust(
    _ reader: ObjectReader<XenConnectionKey>, _ url: String?, _ context: inout DecodingContext
  ) -> XenConnection.Trust {
    let pin = context.text(reader, .pin)
    let caFile = context.text(reader, .caFile)
    let insecure = context.flag(reader, .insecure) ?? false
    if reader[.pin] != nil, let node = reader[.caFile] {
      context.error(node, "both 'pin' and 'caFile' are given", hint: "keep one: a pinned key is trusted without an authority")
    }
    if insecure, let node = reader[.pin] ?? reader[.caFile] {
      context.error(node, "a trusted certificate together with 'insecure: true'", hint: "remove 'insecure', or the certificate for a lab")
    }
    if let url, url.hasPrefix("http://"), !insecure, let node = reader[.url] {
      context.error(node, "'url' is http://, which sends the password in clear", hint: "write https://; in a lab, insecure: true allows it")
    }
    if let pin { return .pin(pin) }
    if let caFile { return .caFile(path: PathText.resolve(caFile, in: context.folder)) }
    return insecure ? .insecure : .system
  }

  private static func credentials(
    _ reader: ObjectReader<XenConnectionKey>, _ context: inout DecodingContext
  ) -> XenConnection.Credentials? {
    guard let credentials = context.object(reader, .credentials, as: XenCredentialsKey.self) else { return nil }
    let file = context.text(credentials, .file)
    let variable = context.text(credentials, .env)
    switch (credentials[.file], credentials[.env]) {
    case (nil, nil):
      context.error(
        credentials.node, "'credentials' names neither 'file' nor 'env'", hint: "for example credentials: {file: xen.credentials}")
    case (_?, let second?): context.error(second, "'credentials' names both 'file' and 'env'", hint: "keep one")
    default: break
    }
    if let file { return .file(path: PathText.resolve(file, in: context.folder)) }
    return variable.map { .environment(variable: $0) }
  }

  private static func references(
    _ reader: ObjectReader<XenConnectionKey>, _ addresses: [String: String], _ context: DecodingContext
  ) -> [Reference] {
    guard let node = reader[.addresses], !addresses.isEmpty else { return [] }
    return context.document.keys(node).map { Reference(name: context.document.string($0), mark: context.document[$0].mark) }
  }
}
