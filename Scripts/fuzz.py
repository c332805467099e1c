#!/usr/bin/env python3
"""Hostile input for the built program, bounded in time: manifests, plans, snapshots, worlds and databases, mutated from the example fleet.

    Scripts/fuzz.py --program .build/release/reconcile --seconds 600 --seed 1

A finding is a crash, a hang, an exit status the command does not have, a control character in what is printed, or a line that a log takes
for a command. Each is kept in --keep with the seed that made it; the exit status is 1 if there is any.
"""
import argparse, collections, copy, hashlib, json, os, random, re, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c")
COMMAND = re.compile(rb"^\s*::|##[A-Za-z]*\[", re.M)
NASTY = ["\x1b]0;x\x07\x1b[2J", "\u009b31m", "\u202eevil", "a\r\nerror: forged", "::set-output name=x::y", "##vso[task.x]y", "@org/team", "\u0000",
         "x" * 5000, "../../etc/passwd", "$(id)", "-oProxyCommand=x", "", "\ud800"]
NUMBERS = [0, 1, -1, 2**31, 2**53, 2**60, 2**62, 2**63 - 1, -2**63, 2**64, 10**30]
TOKENS = [b"[[[[[[", b"{a: {a: {a: ", b"&a x", b"*a", b"!!str x", b"<<: x", b"|\n  x", b"? x", b"---", b"...", b"%YAML 9.9\n---", b"\t", b"\r", b"\x00",
          b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"\\u202e"', b'"\\0"', b"9223372036854775808", b"1e309", b".nan", b"10GiB",
          b"test:///default", b"qemu+ssh://h/system?command=x", b"qemu+ext://h/system", b"/dev/zero", b"99999999999s", b"9999-12-31T23:59:60Z"]


class Fuzzer:
    def __init__(self, options):
        self.program, self.keep = os.path.abspath(options.program), os.path.abspath(options.keep)
        self.random, self.seed = random.Random(options.seed), options.seed
        self.counts, self.findings = collections.Counter(), 0
        self.folder = tempfile.mkdtemp(prefix="reconcile-fuzz-")
        shutil.copytree(os.path.join(ROOT, "manifests"), os.path.join(self.folder, "manifests"))
        for world in ("east", "west"):
            self.edit("manifests/world/%s.json" % world, lambda d: d["clock"].update(speed=100000))
        self.run(["--dry-run", "--out", "plan.json"])
        self.run(["snapshot", "-o", "seen.json"])
        self.documents = {n: json.load(open(self.path(p))) for n, p in
                          (("plan", "plan.json"), ("snapshot", "seen.json"), ("world", "manifests/world/east.json"))}
        self.manifests = {f: open(self.path("manifests/" + f), "rb").read() for f in os.listdir(self.path("manifests")) if f.endswith(".yaml")}
        self.database = self.make_database()

    def path(self, name): return os.path.join(self.folder, name)

    def edit(self, name, change):
        document = json.load(open(self.path(name)))
        change(document)
        json.dump(document, open(self.path(name), "w"))

    def make_database(self):
        self.run(["--yes"], seconds=120)
        parts = {p: open(self.path("state/" + p), "rb").read() for p in os.listdir(self.path("state")) if p.startswith("reconcile.db")}
        shutil.rmtree(self.path("state"))
        return {p: b for p, b in parts.items() if not p.endswith(".lock")}

    def run(self, arguments, seconds=30):
        process = subprocess.Popen([self.program] + arguments, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            output, errors = process.communicate(timeout=seconds)
            return process.returncode, output, errors
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            return "hangs", output, errors

    def check(self, kind, arguments, allowed, inputs, json_output=False):
        status, output, errors = self.run(arguments)
        self.counts[kind] += 1
        problems = []
        if status not in allowed: problems.append("status %s" % status)
        printed = output + errors
        if CONTROL.search(printed): problems.append("control character %r" % CONTROL.search(printed).group(0))
        if COMMAND.search(printed): problems.append("command %r" % COMMAND.search(printed).group(0))
        if json_output and status not in (64, 4, 65):
            try: json.loads(output)
            except ValueError as error: problems.append("no JSON: %s" % error)
        for problem in problems:
            self.findings += 1
            place = os.path.join(self.keep, "%s-%d-%d" % (kind, self.seed, self.counts[kind]))
            os.makedirs(place, exist_ok=True)
            for name, content in inputs.items(): open(os.path.join(place, name), "wb").write(content)
            open(os.path.join(place, "problem"), "wb").write(("%s\n%s\n" % (problem, arguments)).encode() + errors[-2000:])
            print("FOUND %s: %s (kept in %s)" % (kind, problem, place), flush=True)

    # what is mutated

    def bytes_mutated(self, content):
        data = bytearray(content)
        for _ in range(self.random.choice([1, 1, 2, 3, 8])):
            at = self.random.randrange(len(data) + 1)
            match self.random.randrange(5):
                case 0: data[at:at] = self.random.choice(TOKENS)
                case 1: del data[at:at + self.random.choice([1, 2, 8, 40, 400])]
                case 2 if at < len(data): data[at] = self.random.randrange(256)
                case 3:
                    values = list(re.finditer(rb": ([^\n,{}\[\]]+)", data))
                    if values:
                        value = self.random.choice(values)
                        data[value.start(1):value.end(1)] = self.random.choice(TOKENS + [json.dumps(self.random.choice(NASTY)).encode()])
                case _:
                    lines = bytes(data).split(b"\n")
                    lines.insert(self.random.randrange(len(lines)), self.random.choice(lines))
                    data = bytearray(b"\n".join(lines))
        return bytes(data[:200_000])

    def document_mutated(self, document):
        document = copy.deepcopy(document)
        for _ in range(self.random.choice([1, 1, 2, 4])):
            places = []
            def walk(node):
                for key in (node if isinstance(node, dict) else range(len(node))):
                    places.append((node, key))
                    if isinstance(node[key], (dict, list)): walk(node[key])
            walk(document)
            node, key = self.random.choice(places)
            value = node[key]
            if isinstance(value, int) and not isinstance(value, bool) and self.random.random() < 0.8:
                number = self.random.choice(NUMBERS + [value + 1, -value, value * 1000])
                if self.random.random() < 0.3:
                    for other, name in places:
                        if name == key and isinstance(other, dict): other[name] = number
                else: node[key] = number
            elif self.random.random() < 0.2 and isinstance(node, dict): del node[key]
            elif self.random.random() < 0.3: node[key] = copy.deepcopy(self.random.choice(places)[0])
            else: node[key] = self.random.choice(NASTY + [None, [], {}, True, 1.5, [[]], "hv1", "9999-12-31T23:59:59Z"])
            if len(json.dumps(document)) > 3_000_000: break
        return json.dumps(document, ensure_ascii=self.random.random() < 0.5).encode("utf8", "surrogatepass")

    def sealed(self, content):
        """The plan with the digest that belongs to it, so that what is behind the digest is reached too."""
        try: document = json.loads(content)
        except ValueError: return content
        if not isinstance(document, dict): return content
        document.pop("digest", None)
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        document["digest"] = hashlib.sha256(text.encode("utf8", "surrogatepass")).hexdigest()
        return json.dumps(document).encode()

    # one round of each kind

    def manifest(self):
        changed = {n: self.bytes_mutated(b) if self.random.random() < 0.4 else b for n, b in self.manifests.items()}
        for name, content in changed.items(): open(self.path("manifests/" + name), "wb").write(content)
        output = self.random.choice(["text", "json"])
        self.check("manifest", ["validate", "--output", output], (0, 65), changed)
        if self.random.random() < 0.3:
            output = self.random.choice(["text", "json", "markdown"])
            self.check("preview", ["--dry-run", "--output", output], (0, 1, 3, 4, 65), changed, output == "json")
        for name, content in self.manifests.items(): open(self.path("manifests/" + name), "wb").write(content)

    def snapshot(self):
        content = self.document_mutated(self.documents["snapshot"])
        open(self.path("in.json"), "wb").write(content)
        output = self.random.choice(["text", "json", "markdown"])
        self.check("snapshot", ["--dry-run", "--snapshot", "in.json", "--state", "none.db", "--output", output], (0, 1, 3, 4, 64), {"in.json": content}, output == "json")

    def plan(self):
        content = self.document_mutated(self.documents["plan"])
        if self.random.random() < 0.8: content = self.sealed(content)
        open(self.path("in.json"), "wb").write(content)
        shutil.rmtree(self.path("state"), ignore_errors=True)
        self.check("plan", ["--plan", "in.json", "--yes"], (0, 1, 3, 4, 64), {"in.json": content})
        self.check("after", ["--dry-run", "--output", "json"], (0, 3), {"in.json": content}, True)

    def world(self):
        content = self.document_mutated(self.documents["world"])
        original = json.dumps(self.documents["world"]).encode()
        shutil.rmtree(self.path("state"), ignore_errors=True)
        open(self.path("manifests/world/east.json"), "wb").write(content)
        self.check("world", ["--dry-run"], (0, 1, 3, 4), {"east.json": content})
        open(self.path("manifests/world/east.json"), "wb").write(original)

    def damaged_database(self):
        shutil.rmtree(self.path("state"), ignore_errors=True)
        os.makedirs(self.path("state"))
        changed = {}
        for name, content in self.database.items():
            data = bytearray(content)
            for _ in range(self.random.choice([1, 4, 64])):
                if data: data[self.random.randrange(len(data))] = self.random.randrange(256)
            if self.random.random() < 0.2: data = data[:self.random.randrange(len(data) + 1)]
            changed[name] = bytes(data)
            open(self.path("state/" + name), "wb").write(changed[name])
        self.check("database", [self.random.choice(["status", "history"])], (0, 3, 4), changed)
        self.check("database", ["--dry-run"], (0, 1, 3, 4), changed)

    def all(self, seconds):
        end = time.monotonic() + seconds
        rounds = [self.manifest, self.snapshot, self.plan, self.world, self.damaged_database]
        while time.monotonic() < end:
            for round in rounds:
                if time.monotonic() < end: round()
        shutil.rmtree(self.folder, ignore_errors=True)
        print("seed %d: %s; %d findings" % (self.seed, ", ".join("%d %s" % (n, k) for k, n in sorted(self.counts.items())), self.findings))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/reconcile"))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", default=os.path.join(ROOT, ".build/fuzz"))
    fuzzer = Fuzzer(parser.parse_args())
    fuzzer.all(parser.parse_args().seconds)
    sys.exit(1 if fuzzer.findings else 0)
