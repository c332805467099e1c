"""Random fleets of 3 to 9 hosts and 6 to 40 guests with all kinds of rules: manifests and a snapshot, and the same as plain values.

The same seed and profile give the same fleet.
"""
import json, os, random, uuid
GIB = 1 << 30
MIB = 1 << 20

def make(seed, prof=None):
    r = random.Random(seed)
    P = dict(hosts=(3, 8), vms=(6, 25), tight=r.random(), rules=(0, 4), maint=r.choice([0, 1, 1, 1, 2]), closed=r.choice([0, 0, 0, 1]),
             local=r.choice([0, 0, .2, .5]), off=r.choice([0, .1, .2]), cold=r.choice([0, .2, .5]), consent=r.choice([0, .3, .8]),
             place=r.choice([0, .1, .3, .6]), required=r.choice([0, .3, 1]), misplaced=r.choice([0, .1, .4]), models=r.choice([1, 1, 2]),
             relieve=r.choice([0, 0, .5]), over=r.choice([0, 0, .3]), unmanaged=r.choice([0, 0, .15]), big=r.choice([0, .2, .5]), nolabel=r.choice([0, 0, .2]),
             same=r.random() < .4, busy=r.choice([0, 0, .05]), media=r.choice([0, 0, .1]), nets=r.choice([0, 0, .2]))
    if prof: P.update(prof)
    H = r.randint(*P["hosts"]); V = r.randint(*P["vms"])
    hosts = []
    base_mem = r.choice([16, 24, 32, 48])
    for i in range(H):
        labels = {}
        if r.random() >= P["nolabel"]: labels["zone"] = "abc"[i % min(3, max(2, H // 2))]
        if r.random() >= P["nolabel"]: labels["rack"] = f"r{i // 2}"
        if r.random() < .4: labels["ssd"] = "yes"
        mem = base_mem if P["same"] or r.random() < .6 else r.choice([16, 24, 32, 48, 64])
        cap = dict(vcpuOvercommit=r.choice([1.0, 2.0, 4.0]) if not P["same"] else 4.0, memoryOvercommit=r.choice([1.0, 1.0, 1.25, 1.5]) if not P["same"] else 1.0,
                   reservedMemory=r.choice([0, 1, 4]) if not P["same"] else 0, reservedVcpus=r.choice([0, 0, 1]) if not P["same"] else 0,
                   relieve=r.random() < P["relieve"])
        hosts.append(dict(name=f"hv{i+1}", labels=labels, mem=mem, cpus=r.choice([8, 16]) if not P["same"] else 16, cap=cap, maintenance=False, closed=False,
                          model="A" if P["models"] == 1 or r.random() < .6 else "B", offered=None, nets=["br0"], storages=[]))
    for h in r.sample(hosts, min(P["maint"], H - 1)): h["maintenance"] = True
    for h in r.sample(hosts, min(P["closed"], H - 1)): h["closed"] = True
    for h in hosts:
        if P["models"] == 2 and r.random() < .3: h["offered"] = ["A", "B"]
        if P["nets"] and r.random() < .5: h["nets"] = ["br0", "br1"]
        if not P["nets"]: h["nets"] = ["br0", "br1"]
        st = [dict(id="ssd", identity="ssd-" + h["name"], shared=False, free=r.choice([50, 100, 200, 1000]) * GIB)]
        if r.random() < .95: st.append(dict(id="nfs", identity="nfs://f/vm", shared=True, free=1000 * GIB))
        if r.random() < .9: st.append(dict(id="vol", identity="rbd:pool", shared=True, free=1000 * GIB))
        h["storages"] = sorted(st, key=lambda s: s["id"])
    memcap = lambda h: int(float(max(0, h["mem"] * GIB - h["cap"]["reservedMemory"] * GIB)) * h["cap"]["memoryOvercommit"])
    cpucap = lambda h: int(float(max(0, h["cpus"] - h["cap"]["reservedVcpus"])) * h["cap"]["vcpuOvercommit"] + 1e-9)
    use = {h["name"]: [0, 0] for h in hosts}
    vms = []
    sizes = [1, 2, 2, 4, 4, 8] if r.random() < .6 else [1, 2, 3, 4, 5, 6, 7, 9]
    maxfill = .6 + .4 * P["tight"]
    for i in range(V):
        m = r.choice(sizes)
        if r.random() < P["big"] * .3: m = r.choice([8, 12, 16])
        c = r.choice([1, 1, 2, 2, 4])
        power = "off" if r.random() < P["off"] else ("paused" if r.random() < .03 else "running")
        k = r.random()
        kind = "ssd" if k < P["local"] else ("vol" if k < P["local"] + (1 - P["local"]) * .25 else "nfs")
        over = r.choice([0, 0, 128])
        mem = m * GIB + over * MIB
        cand = [h for h in hosts if any(s["id"] == kind for s in h["storages"])]
        if not cand: kind = "ssd"; cand = hosts
        fit = [h for h in cand if power == "off" or (use[h["name"]][0] + mem <= memcap(h) * maxfill and use[h["name"]][1] + c <= cpucap(h))]
        if r.random() < P["over"] * .2: fit = cand
        if not fit:
            fit = [h for h in cand if use[h["name"]][0] + mem <= memcap(h) and use[h["name"]][1] + c <= cpucap(h)]
            if not fit: continue
        if P["tight"] > .6: fit = sorted(fit, key=lambda h: (use[h["name"]][0] / max(1, memcap(h)), r.random()))[:2]
        h = r.choice(fit)
        if power != "off":
            use[h["name"]][0] += mem; use[h["name"]][1] += c
        virt = r.choice([10, 20, 40, 100])
        disks = [dict(target="vda", kind="volume" if kind == "vol" else "disk", readOnly=False, storage=kind, virt=virt * GIB, alloc=virt * GIB // r.choice([1, 2]))]
        if kind == "ssd" and r.random() < .2 and any(s["id"] == "nfs" for s in h["storages"]):
            disks.append(dict(target="vdb", kind="disk", readOnly=False, storage="nfs", virt=10 * GIB, alloc=5 * GIB))
        if r.random() < P["media"]:
            disks.append(dict(target="sda", kind="cdrom", readOnly=True, storage=r.choice(["nfs", "ssd", None]), virt=GIB, alloc=GIB))
            if disks[-1]["storage"] == "nfs" and not any(s["id"] == "nfs" for s in h["storages"]): disks[-1]["storage"] = None
        blockers = []
        if r.random() < P["cold"] * .5: blockers.append("hostDevice")
        if r.random() < .02: blockers.append("snapshot")
        allow = ["live", "block"]
        if r.random() < .1: allow = ["live"]
        if r.random() < P["consent"]: allow = allow + ["cold"]
        vms.append(dict(name=f"vm{i+1:02d}", uuid=str(uuid.UUID(int=(seed << 32) + i + 1)), host=h["name"], power=power, mem=m * GIB, overhead=over * MIB, vcpus=c,
                        disks=sorted(disks, key=lambda d: d["target"]), blockers=sorted(blockers), allow=allow, labels={}, placement=None, required=False,
                        declared=r.random() >= P["unmanaged"], model=(h["model"] if P["models"] == 2 and r.random() < .7 else None),
                        nets=["br0"] if r.random() < .8 or "br1" not in h["nets"] else ["br0", "br1"], busy=r.random() < P["busy"], target={}))
    for v in vms:
        if r.random() < .1 and any(d["storage"] == "ssd" for d in v["disks"]) and r.random() < .5: v["target"] = {"vda": r.choice(["ssd", "nfs"])}
        if not v["declared"]: continue
        if r.random() < P["place"]:
            k = r.random()
            here = v["host"]
            if k < .4:
                tgt = here if r.random() >= P["misplaced"] else r.choice(hosts)["name"]
                v["placement"] = ("host", tgt)
            elif k < .75:
                s = set(r.sample([h["name"] for h in hosts], min(len(hosts), r.randint(1, 3))))
                if r.random() >= P["misplaced"]: s.add(here)
                v["placement"] = ("anyOf", sorted(s))
            else:
                hh = next(h for h in hosts if h["name"] == here)
                if hh["labels"] and r.random() >= P["misplaced"]: k2 = r.choice(sorted(hh["labels"]))
                else:
                    allk = sorted({k for h in hosts for k in h["labels"]})
                    k2 = r.choice(allk) if allk else None
                if k2:
                    vals = sorted({h["labels"][k2] for h in hosts if k2 in h["labels"]})
                    val = hh["labels"].get(k2) if k2 in hh["labels"] and r.random() >= P["misplaced"] else r.choice(vals)
                    v["placement"] = ("labels", {k2: val})
            if v["placement"]: v["required"] = r.random() < P["required"]
    rules = []
    for q in range(r.randint(*P["rules"])):
        dec = [v for v in vms if v["declared"]]
        if len(dec) < 2: break
        app = f"app{q}"
        kind = r.choice(["separate", "separate", "separate", "together", "spread"])
        n = r.randint(2, min(len(dec), 6 if kind != "together" else 3))
        ms = r.sample(dec, n)
        for v in ms: v["labels"][f"g{q}"] = app
        across = r.choice(["host", "host", "zone", "rack"])
        if across != "host" and not any(across in h["labels"] for h in hosts): across = "host"
        rules.append(dict(name=f"rule{q}", kind=kind, sel={f"g{q}": app}, across=across, maximum=r.choice([1, 1, 1, 2, 3]) if kind == "separate" else None,
                          maxSkew=r.choice([1, 1, 2]) if kind == "spread" else None, enforcement="required" if r.random() < .85 else "preferred",
                          hold=r.choice(["atEnd", "always"])))
    # a required together and a required separate over shared members is a manifest error: drop the later one
    keep = []
    for x in rules:
        bad = False
        for y in keep:
            if {x["kind"], y["kind"]} == {"together", "separate"} and x["enforcement"] == y["enforcement"] == "required":
                a = {v["name"] for v in vms if all(v["labels"].get(k) == w for k, w in x["sel"].items())}
                b = {v["name"] for v in vms if all(v["labels"].get(k) == w for k, w in y["sel"].items())}
                if a & b: bad = True
        if not bad: keep.append(x)
    return dict(seed=seed, hosts=hosts, vms=vms, rules=keep, unmanaged=r.choice(["block", "evacuate"]) if P["unmanaged"] else "block",
                limits=r.choice([None, None, dict(total=2, perHost=1, perHostIncoming=1, perHostOutgoing=1), dict(total=8, perHost=3, perHostIncoming=2, perHostOutgoing=2)]),
                objective="moves" if r.random() < .8 else "cost", profile={k: v for k, v in P.items()})

def lab(d): return "{" + ", ".join(f"{k}: {json.dumps(v) if v in ('yes','no') else v}" for k, v in d.items()) + "}"

def write(f, d):
    os.makedirs(d + "/m", exist_ok=True)
    o = ["apiVersion: reconcile/v1\nkind: Fleet\nmetadata: {name: t}\n"]
    lim = f"\n  limits: {{{', '.join(f'{k}: {v}' for k, v in f['limits'].items())}}}" if f["limits"] else ""
    o.append(f"apiVersion: reconcile/v1\nkind: Cell\nmetadata: {{name: c}}\nspec:\n  hypervisor: simulated\n  connection: {{world: ../world.json}}\n  unmanaged: {f['unmanaged']}{lim}\n")
    for h in f["hosts"]:
        c = h["cap"]
        o.append(f"apiVersion: reconcile/v1\nkind: Host\nmetadata: {{name: {h['name']}, labels: {lab(h['labels'])}}}\nspec:\n  cell: c\n" +
                 ("  maintenance: true\n" if h["maintenance"] else "") +
                 f"  capacity: {{vcpuOvercommit: {c['vcpuOvercommit']}, memoryOvercommit: {c['memoryOvercommit']}, reservedMemory: {str(c['reservedMemory'])+'GiB' if c['reservedMemory'] else 0}, reservedVcpus: {c['reservedVcpus']}, relieve: {'true' if c['relieve'] else 'false'}}}\n")
    for v in f["vms"]:
        if not v["declared"]: continue
        s = f"apiVersion: reconcile/v1\nkind: Instance\nmetadata: {{name: {v['name']}, labels: {lab(v['labels'])}}}\nspec:\n  cell: c\n  uuid: {v['uuid']}\n"
        if v["placement"]:
            k, x = v["placement"]
            body = {"host": lambda: f"host: {x}", "anyOf": lambda: f"anyOf: [{', '.join(x)}]", "labels": lambda: f"hosts: {{labels: {lab(x)}}}"}[k]()
            s += f"  placement: {{{body}{', required: true' if v['required'] else ''}}}\n"
        if v["target"]: s += f"  targetStorage: {lab(v['target'])}\n"
        s += f"  migration: {{allow: [{', '.join(v['allow'])}]}}\n"
        o.append(s)
    for x in f["rules"]:
        extra = f", maximum: {x['maximum']}" if x["kind"] == "separate" else (f", maxSkew: {x['maxSkew']}" if x["kind"] == "spread" else "")
        o.append(f"apiVersion: reconcile/v1\nkind: PlacementRule\nmetadata: {{name: {x['name']}}}\nspec: {{kind: {x['kind']}, instances: {{labels: {lab(x['sel'])}}}, across: {x['across']}{extra}, enforcement: {x['enforcement']}, hold: {x['hold']}}}\n")
    open(d + "/m/f.yaml", "w").write("---\n".join(o))
    obs = dict(apiVersion="reconcile/v1", kind="Observation", at="2026-11-23T06:00:00.000Z", cells=[dict(name="c",
        hosts=[dict(name=h["name"], reachable=True, admission="closed" if h["closed"] else "open", memoryBytes=h["mem"] * GIB, cpus=h["cpus"], cpuModel=h["model"],
                    networks=h["nets"], storages=[dict(id=s["id"], identity=s["identity"], shared=s["shared"], freeBytes=s["free"]) for s in h["storages"]],
                    **({"offeredCPUModels": h["offered"]} if h["offered"] else {})) for h in sorted(f["hosts"], key=lambda h: h["name"])],
        instances=[dict(uuid=v["uuid"], name=v["name"], host=v["host"], power=v["power"], persistent=True, memoryMaxBytes=v["mem"], overheadBytes=v["overhead"],
                        vcpus=v["vcpus"], disks=[dict(target=x["target"], kind=x["kind"], readOnly=x["readOnly"], virtualBytes=x["virt"], allocatedBytes=x["alloc"], **({"storage": x["storage"]} if x["storage"] else {})) for x in v["disks"]],
                        blockers=v["blockers"], busy=v["busy"], networks=v["nets"], **({"cpuModel": v["model"]} if v["model"] else {})) for v in sorted(f["vms"], key=lambda v: v["uuid"])])])
    json.dump(obs, open(d + "/snapshot.json", "w"))
if __name__ == "__main__":
    import sys
    f = make(int(sys.argv[1])); write(f, sys.argv[2]); print(len(f["hosts"]), len(f["vms"]), len(f["rules"]))
