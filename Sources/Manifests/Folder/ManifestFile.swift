/// A file to read.
struct ManifestFile: Sendable {
  /// Below the folder, as it goes into the content hash.
  let relativePath: String
  /// As errors name it: the folder as the user gave it, and the relative path.
  let path: String
}
