extension DomainDescription {
  /// Bytes the host needs for this guest beside its memory.
  ///
  /// Adds to the plain estimate what KubeVirt adds: 128 MiB on arm64, 1 GiB with VFIO, 256 MiB with encrypted memory, 53 MiB for an emulated
  /// TPM, 100 MiB with dedicated processors.
  var overheadBytes: Int {
    var mebibytes = 0
    if architecture == "aarch64" { mebibytes += 128 }
    if hostDevices.contains(where: \.kind.pinsMemory) { mebibytes += 1024 }
    if hostDevices.contains(where: { $0.kind == .encryptedMemory }) { mebibytes += 256 }
    if tpm?.isEmulated == true { mebibytes += 53 }
    if vcpusPinned { mebibytes += 100 }
    return Self.overheadBytes(memoryBytes: memoryBytes, vcpus: vcpus) + mebibytes << 20
  }

  /// Bytes a plain guest needs beside its memory: memory/512 for page tables, and in MiB 50 for QEMU, 8 a virtual processor, 8 for its I/O
  /// thread, 32 for its video memory.
  ///
  /// KubeVirt's estimate (`GetMemoryOverhead` in pkg/virt-controller/services) without what its own control processes take.
  static func overheadBytes(memoryBytes: Int, vcpus: Int) -> Int { memoryBytes / 512 + (50 + 8 * vcpus + 8 + 32) << 20 }
}
