/// Writes XML of pools.
enum PoolXML {
  /// A pool of the files of one folder, for virStoragePoolCreateXML.
  static func makeTransientDirectory(name: String, path: String) -> String {
    "<pool type='dir'><name>\(name.escapedForXML)</name><target><path>\(path.escapedForXML)</path></target></pool>"
  }
}
