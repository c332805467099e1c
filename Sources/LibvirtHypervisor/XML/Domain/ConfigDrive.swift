/// Tells a cloud's configuration drive from other disks, as far as a definition can: it shows no volume labels.
enum ConfigDrive {
  /// The name nova gives its drive, in a folder (`disk.config`) and on RBD (`UUID_disk.config`).
  private static let exact = ["disk.config", "disk.config.rescue"]
  /// Volume labels that cloud-init looks for, as they are found in names and serials.
  private static let labels = ["cidata", "config-2", "configdrive", "config-drive"]
  /// What tools call the image they make: virt-install, Proxmox VE, terraform-provider-libvirt, cloud-localds.
  private static let names = ["cloudinit", "cloud-init", "commoninit", "nocloud"]
  private static let stems = ["seed", "user-data", "userdata", "init"]

  /// A writable disk is one only by nova's exact name or by its serial: an image of a *guest* may be named after cloud-init, too.
  static func isOne(_ disk: DiskDescription, serial: String?) -> Bool {
    if let serial = serial?.lowercased(), labels.contains(where: serial.contains) { return true }
    guard let source = disk.path ?? disk.volume ?? disk.network?.name else { return false }
    let name = String(source.split(separator: "/").last ?? "").lowercased()
    if exact.contains(where: { name == $0 || name.hasSuffix("_\($0)") }) { return true }
    guard disk.readOnly || disk.device == .floppy else { return false }
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    return (labels + names).contains(where: name.contains)
      || stems.contains { stem == $0 || stem.hasSuffix("-\($0)") || stem.hasPrefix("\($0)-") }
  }
}
