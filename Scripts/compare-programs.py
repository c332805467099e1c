#!/usr/bin/env python3
"""compare-programs.py A B: in which sections two built programs differ, and in how many bytes. Fails if it is more than is known and explained
in docs/operations.md, The package: what the compiler derives from the name of the folder, and nothing of what the program does."""
import re
import subprocess
import sys

# Bytes of code: the length of one path that a source file was compiled under.
KNOWN = {".swift_modhash": None, ".note.gnu.build-id": None, ".text": 8}


def sections(path):
    table = subprocess.run(["readelf", "-SW", path], check=True, capture_output=True, text=True).stdout
    data = open(path, "rb").read()
    found = re.findall(r"^\s*\[\s*\d+\]\s+(\S+)\s+(\S+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+([0-9a-f]+)", table, re.MULTILINE)
    return {name: data[int(o, 16) : int(o, 16) + int(s, 16)] for name, kind, o, s in found if kind != "NOBITS"}


def main():
    one, other = (sections(path) for path in sys.argv[1:])
    if one.keys() != other.keys():
        sys.exit(f"different sections: {sorted(one.keys() ^ other.keys())}")
    fails = False
    for name, content in one.items():
        if content == other[name]:
            continue
        same_size = len(content) == len(other[name])
        count = sum(a != b for a, b in zip(content, other[name])) if same_size else "all"
        known = name in KNOWN and same_size and (KNOWN[name] is None or count <= KNOWN[name])
        fails = fails or not known
        print(f"{name}: {count} of {len(content)} bytes differ{'' if known else ', for no known reason'}")
    sys.exit(1 if fails else 0)


main()
