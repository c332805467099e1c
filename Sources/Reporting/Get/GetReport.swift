/// A list of objects as text, CSV, names, JSON and YAML.
package enum GetReport {
  package enum Format: String, Sendable, CaseIterable { case text, wide, json, yaml, name, csv }

  /// Empty as text and names if there is nothing in it; CSV has its header, JSON and YAML an empty list.
  package static func text<Item>(_ list: GetList<Item>, as format: Format, style: TextStyle) -> String {
    switch format {
    case .text: table(list, Item.columns.filter { !$0.isWide }, style)
    case .wide: table(list, Item.columns, style)
    case .json: JSONText.encodeOwn(list)
    case .yaml: YAMLText.encodeOwn(list)
    case .name: list.items.map { "\(Item.getKind.singular)/\(Printable.clean($0.title))\n" }.joined()
    case .csv:
      CSVText.text(
        [Item.columns.map { $0.header.lowercased() }]
          + list.items.map { item in
            Item.columns.map { $0.value(item, list.at).bare }
          })
    }
  }

  /// Columns down to which what is long may be shortened.
  private static let widthMin = 10

  private static func table<Item>(_ list: GetList<Item>, _ columns: [GetColumn<Item>], _ style: TextStyle) -> String {
    guard !list.items.isEmpty else { return "" }
    var table = TextTable(
      columns.map { column in
        TextTable.Column(
          header: column.header, alignment: column.alignment, widthMin: column.alignment == .leading ? widthMin : nil)
      })
    for item in list.items { table.add(columns.map { $0.value(item, list.at).text }) }
    // Too narrow for it: the terminal breaks the lines, and nothing is lost.
    let lines = table.lines(width: style.width, style) ?? table.lines(width: TextStyle.unwrapped, style) ?? []
    return lines.map { $0.rendered(style) + "\n" }.joined()
  }
}
