/// Writes XML of volumes.
enum VolumeXML {
  /// A new volume, for virStorageVolCreateXML. `mode`: permission bits; nil: the pool's own.
  ///
  /// qcow2 is version 3 (`compat` 1.1), as qemu-img makes it: libvirt by itself would make version 2, without zero clusters and bitmaps.
  static func make(name: String, capacityBytes: Int, allocationBytes: Int, format: String, mode: Int? = nil) -> String {
    let version = format == "qcow2" ? "<compat>1.1</compat>" : ""
    let permissions = mode.map { "<permissions><mode>0\(String($0, radix: 8))</mode></permissions>" } ?? ""
    return "<volume><name>\(name.escapedForXML)</name><capacity unit='bytes'>\(capacityBytes)</capacity>"
      + "<allocation unit='bytes'>\(allocationBytes)</allocation>"
      + "<target><format type='\(format.escapedForXML)'/>\(version)\(permissions)</target></volume>"
  }
}
