#!/usr/bin/env python3
"""Two tar files as an image in an OCI archive: oci-archive.py --base BASE.tar --files FILES.tar --version V --epoch SECONDS OUT.tar

The layout is that of the OCI image specification 1.0 (image-layout.md, manifest.md, config.md, layer.md): blobs by their digest, one
manifest, one index. The same input gives the same bytes. No program but Python is needed, and none runs as root.
"""
import argparse
import gzip
import hashlib
import io
import json
import platform
import tarfile
import time

USER = "65532:65532"  # nobody of the base system; /var/lib/reconcile is its own
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def document(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Archive:
    """The blobs and the files of the archive, written in the order of their names."""

    def __init__(self):
        self.members = {}

    def blob(self, data, media_type):
        self.members["blobs/sha256/" + digest(data)[7:]] = data
        return {"mediaType": media_type, "digest": digest(data), "size": len(data)}

    def write(self, path):
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as out:
            for name in sorted(self.members):
                info = tarfile.TarInfo(name)
                info.size = len(self.members[name])
                info.mode = 0o644
                out.addfile(info, io.BytesIO(self.members[name]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--files", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--epoch", type=int, required=True)
    parser.add_argument("out")
    arguments = parser.parse_args()
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(arguments.epoch))
    archive = Archive()
    layers, diff_ids, history = [], [], []
    for path, comment in ((arguments.base, "the libraries it needs, of Debian"), (arguments.files, "reconcile " + arguments.version)):
        with open(path, "rb") as file:
            data = file.read()
        diff_ids.append(digest(data))
        layers.append(archive.blob(gzip.compress(data, 9, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip"))
        history.append({"created": created, "created_by": comment})
    config = {
        "created": created,
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "config": {
            "User": USER,
            "Env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "RECONCILE_CONFIG=/etc/reconcile/reconcile.yaml"],
            "Entrypoint": ["/usr/bin/reconcile"],
            "Cmd": ["watch"],
            "WorkingDir": "/var/lib/reconcile",
            "Volumes": {"/etc/reconcile/manifests": {}, "/var/lib/reconcile": {}},
            "StopSignal": "SIGTERM",
            "Labels": {"org.opencontainers.image.title": "reconcile", "org.opencontainers.image.version": arguments.version},
        },
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": history,
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": archive.blob(document(config), "application/vnd.oci.image.config.v1+json"),
        "layers": layers,
    }
    entry = archive.blob(document(manifest), "application/vnd.oci.image.manifest.v1+json")
    entry["annotations"] = {"org.opencontainers.image.ref.name": arguments.version}
    archive.members["oci-layout"] = document({"imageLayoutVersion": "1.0.0"})
    archive.members["index.json"] = document(
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]})
    archive.write(arguments.out)


main()
