"""The objective of docs/planning.md as a model of integers, written apart from the program.

Without a number of moves: a relaxation of the end state, whose best levels no plan can pass. With one: sequences of so many moves, one after the
other, that can be carried out.
"""
import collections
from ortools.sat.python import cp_model
GIB, MIB = 1 << 30, 1 << 20
up = lambda a, b: -(-a // b)

class World:
    def __init__(s, f):
        s.f = f
        s.H = sorted(f["hosts"], key=lambda h: h["name"]); s.hi = {h["name"]: i for i, h in enumerate(s.H)}
        s.V = f["vms"]; s.n = len(s.V); s.m = len(s.H)
        s.vi = {v["name"]: i for i, v in enumerate(s.V)}
        s.start = [s.hi[v["host"]] for v in s.V]
        s.usable = [not h["maintenance"] and not h["closed"] for h in s.H]
        s.memcap = [int(float(max(0, h["mem"] * GIB - h["cap"]["reservedMemory"] * GIB)) * h["cap"]["memoryOvercommit"]) for h in s.H]
        s.cpucap = [int(float(max(0, h["cpus"] - h["cap"]["reservedVcpus"])) * h["cap"]["vcpuOvercommit"] + 1e-9) for h in s.H]
        s.mem = [v["mem"] + v["overhead"] if v["power"] in ("running", "paused") else 0 for v in s.V]
        s.cpu = [v["vcpus"] if v["power"] in ("running", "paused") else 0 for v in s.V]
        s.movable, s.home, s.allowed, s.hops, s.displaced = [], [], [], [], []
        allh = set(range(s.m))
        for i, v in enumerate(s.V):
            if v["declared"]: mv = not v["busy"]
            else: mv = f["unmanaged"] == "evacuate" and s.H[s.start[i]]["maintenance"] and v["power"] in ("running", "paused") and not v["busy"]
            s.movable.append(mv)
            pl = v["placement"] if v["declared"] else None
            if not pl: home = None
            elif pl[0] == "host": home = {s.hi[pl[1]]}
            elif pl[0] == "anyOf": home = {s.hi[x] for x in pl[1]}
            else: home = {j for j, h in enumerate(s.H) if all(h["labels"].get(k) == w for k, w in pl[1].items())}
            if home is None:
                s.home.append(allh); s.allowed.append(allh); s.hops.append(allh); s.displaced.append(False); continue
            standing = {j for j in home if not s.H[j]["maintenance"]}
            disp = False
            if standing or not home or v["required"]: al = standing
            else: al, disp = allh, True
            s.home.append(home); s.allowed.append(al); s.displaced.append(disp)
            s.hops.append(standing if v["required"] else allh)
        s.rules = []
        for x in f["rules"]:
            ms = [i for i, v in enumerate(s.V) if v["declared"] and all(v["labels"].get(k) == w for k, w in x["sel"].items())]
            if not ms: continue
            if x["across"] == "host": u = [("h", j) for j in range(s.m)]
            else: u = [("l", h["labels"][x["across"]]) if x["across"] in h["labels"] else (("h", j) if x["kind"] == "together" else None) for j, h in enumerate(s.H)]
            counted = sorted({u[j] for j in range(s.m) if s.usable[j] and u[j] and (x["kind"] != "together")})
            s.rules.append(dict(name=x["name"], kind=x["kind"], ms=ms, unit=u, counted=counted, max=x["maximum"], skew=x["maxSkew"], req=x["enforcement"] == "required",
                                always=x["hold"] == "always" and x["enforcement"] == "required"))
        for q in s.rules: q["start"] = s.counts(q, s.start); q["ex0"] = s.excess(q, q["start"])
        s.opts = {}
        for i in range(s.n):
            for j in range(s.m):
                if s.movable[i] and s.usable[j] and j != s.start[i]:
                    o = s.option(i, s.start[i], j)
                    if o: s.opts[i, j] = o
        s.load0 = [[sum(s.mem[i] for i in range(s.n) if s.start[i] == j), sum(s.cpu[i] for i in range(s.n) if s.start[i] == j)] for j in range(s.m)]
        s.over0 = [s.load0[j][0] > s.memcap[j] or s.load0[j][1] > s.cpucap[j] for j in range(s.m)]

    def counts(s, q, where):
        c = collections.Counter()
        for i in q["ms"]:
            u = q["unit"][where[i]]
            if u: c[u] += 1
        return c

    def excess(s, q, c):
        if q["kind"] == "separate": return sum(max(0, n - q["max"]) for n in c.values())
        if q["kind"] == "together": return max(0, sum(1 for n in c.values() if n > 0) - 1)
        if not q["counted"]: return 0
        ns = [c.get(u, 0) for u in q["counted"]]
        return max(0, max(ns) - min(ns) - q["skew"])

    def relocate(s, i, a, b, disks):
        """disk storages of guest after a copy-free move a->b; None if some disk is not shared."""
        out = []
        for d in disks:
            if d["storage"] is None: out.append(d); continue
            here = next((x for x in s.H[a]["storages"] if x["id"] == d["storage"]), None)
            if here is None or not here["shared"]: return None
            there = next((x for x in s.H[b]["storages"] if x["shared"] and x["identity"] == here["identity"]), None)
            if there is None: return None
            out.append(dict(d, storage=there["id"]))
        return out

    def option(s, i, a, b, disks=None):
        v, A, B = s.V[i], s.H[a], s.H[b]
        disks = disks if disks is not None else v["disks"]
        if any(x in v["blockers"] for x in ("snapshot", "blockJob", "ioError")): return None
        if any(n not in B["nets"] for n in v["nets"]): return None
        copied, needs, media_stop, vol_shared, img_shared = 0, collections.Counter(), False, False, False
        for d in disks:
            if d["storage"] is None: continue
            here = next((x for x in A["storages"] if x["id"] == d["storage"]), None)
            media = d["kind"] == "cdrom" or d["readOnly"]
            shared = bool(here and here["shared"] and any(x["shared"] and x["identity"] == here["identity"] for x in B["storages"]))
            if shared:
                if not media:
                    if d["kind"] == "volume": vol_shared = True
                    else: img_shared = True
                continue
            if d["kind"] == "volume": return None
            if media: media_stop = True
            tgt = v["target"].get(d["target"]) if v["declared"] else None
            local = here is not None and here["shared"] is False
            if not local and tgt is None: return None
            pool = tgt or d["storage"]
            there = next((x for x in B["storages"] if x["id"] == pool), None)
            if there is None: return None
            ok = local or there["shared"] is False or (here and here["shared"] and there["shared"] and here["identity"] != there["identity"])
            if not ok: return None
            copied += d["alloc"]; needs[pool] += max(d["virt"], d["alloc"])
        mg, cg = up(v["mem"], GIB), up(copied, GIB)
        if v["power"] == "off":
            if not v["declared"]: return None
            return dict(mode="offline", cost=10 + 4 * cg, needs=dict(needs))
        online = "block" if needs else "live"
        stop = any(x in v["blockers"] for x in ("hostDevice", "sharedMemory", "immobile"))
        stop |= v["model"] is not None and not (v["model"] == B["model"] or (B["offered"] and v["model"] in B["offered"]))
        stop |= media_stop
        allow = v["allow"] if v["declared"] else ["live"]
        stop |= online not in allow
        if not stop:
            cost = (150 if vol_shared and not img_shared else 100) + mg if online == "live" else 300 + mg + 4 * cg
            return dict(mode=online, cost=cost, needs=dict(needs))
        if not v["declared"] or v["power"] == "paused" or "cold" not in allow: return None
        return dict(mode="cold", cost=2000 + mg + 4 * cg, needs=dict(needs))

    def misplaced(s, i, j):
        if s.H[j]["maintenance"] and j in s.home[i]: return False
        return j not in s.allowed[i]

    def ends(s, where):
        left = sum(1 for i in range(s.n) if s.H[where[i]]["maintenance"])
        kept = len({where[i] for i in range(s.n) if s.H[where[i]]["maintenance"]})
        broken = sum(1 for i in range(s.n) if s.movable[i] and s.misplaced(i, where[i]))
        rex = 0
        for q in s.rules:
            if not q["req"]: continue
            e = s.excess(q, s.counts(q, where)); broken += e > 0; rex += e
        ov = 0
        for j, h in enumerate(s.H):
            if h["cap"]["relieve"] and not h["maintenance"]:
                m = sum(s.mem[i] for i in range(s.n) if where[i] == j) - s.memcap[j]; c = sum(s.cpu[i] for i in range(s.n) if where[i] == j) - s.cpucap[j]
                o = max(0, m) + max(0, c) * GIB
                broken += o > 0; ov += o
        disp = sum(1 for i in range(s.n) if s.movable[i] and s.displaced[i] and where[i] not in s.home[i])
        return [left, kept, broken, rex, ov, disp]

    def vector(s, plan_moves):
        """plan_moves: [(guest, from, to, option)] in order -> full level vector"""
        where = list(s.start)
        for i, a, b, o in plan_moves: where[i] = b
        cold = sum(o["mode"] == "cold" for *_, o in plan_moves); cost = sum(o["cost"] for *_, o in plan_moves)
        n = len(plan_moves)
        return s.ends(where) + [cold] + ([n, cost] if s.f["objective"] == "moves" else [cost, n]), where

    # ---- relaxation / time-expanded model
    def model(s, T=None):
        """T None: end placement only (relaxation: hops and order ignored). T: sequential plan of at most T moves."""
        m = cp_model.CpModel()
        x0 = [[1 if s.start[i] == j else 0 for j in range(s.m)] for i in range(s.n)]
        W = {}
        if T is None:
            e = []
            for i in range(s.n):
                row = []
                for j in range(s.m):
                    if j == s.start[i] or ((i, j) in s.opts and j in s.allowed[i]): row.append(m.NewBoolVar(f"x{i},{j}"))
                    else: row.append(0)
                m.AddExactlyOne([x for x in row if not isinstance(x, int)]); e.append(row)
            moved = [1 - e[i][s.start[i]] for i in range(s.n)]
            cost = sum(s.opts[i, j]["cost"] * e[i][j] for (i, j) in s.opts if not isinstance(e[i][j], int))
            cold = sum(e[i][j] for (i, j), o in s.opts.items() if o["mode"] == "cold" and not isinstance(e[i][j], int))
            nm = sum(moved)
            # capacity: a host that gains a guest ends within capacity in both; one that does not may stay over
            for j in range(s.m):
                ins = [e[i][j] for i in range(s.n) if s.start[i] != j and not isinstance(e[i][j], int)]
                if not ins: continue
                got = m.NewBoolVar("") if s.over0[j] else None
                for dem, cap in ((s.mem, s.memcap), (s.cpu, s.cpucap)):
                    c = m.Add(sum(dem[i] // (MIB if dem is s.mem else 1) * e[i][j] for i in range(s.n) if not isinstance(e[i][j], int) and dem[i]) <= cap[j] // (MIB if dem is s.mem else 1))
                    if got is not None: c.OnlyEnforceIf(got)
                if got is not None: m.AddMaxEquality(got, ins)
                pools = collections.defaultdict(list)
                for i in range(s.n):
                    if (i, j) in s.opts and not isinstance(e[i][j], int):
                        for p, b in s.opts[i, j]["needs"].items(): pools[p].append(b // MIB * e[i][j])
                for p, terms in pools.items():
                    free = next(z["free"] for z in s.H[j]["storages"] if z["id"] == p)
                    m.Add(sum(terms) <= free // MIB)
        else:
            X = [x0]
            moves, colds, costs = [], [], []
            copies_of = collections.defaultdict(list); later = {}
            poolterms = collections.defaultdict(list)
            onw = {}
            for t in range(1, T + 1):
                cur, mv = [], []
                for i in range(s.n):
                    row = []
                    for j in range(s.m):
                        can = j == s.start[i] and t >= 1 or (i, j) in s.opts or (s.movable[i] and s.usable[j])
                        row.append(m.NewBoolVar(f"x{i},{j},{t}") if can and s.movable[i] else (1 if j == s.start[i] and not s.movable[i] else 0))
                    vs = [x for x in row if not isinstance(x, int)]
                    if vs: m.AddExactlyOne(vs)
                    cur.append(row)
                    if not s.movable[i]: continue
                    for a in range(s.m):
                        pa = X[t - 1][i][a]
                        if isinstance(pa, int) and pa == 0: continue
                        for b in range(s.m):
                            if a == b: continue
                            o = None
                            if s.usable[b]:
                                if a == s.start[i]: o = s.opts.get((i, b)) if b != s.start[i] else None
                                else:
                                    if (i, a, b) not in onw:
                                        first = s.opts.get((i, a)); d2 = None
                                        if first and not first["needs"] and a in s.hops[i] | s.allowed[i]: d2 = s.relocate(i, s.start[i], a, s.V[i]["disks"])
                                        o2 = s.option(i, a, b, d2) if d2 is not None else None
                                        onw[i, a, b] = o2 if o2 and not o2["needs"] else None
                                    o = onw[i, a, b]
                            nb = row[b]
                            if isinstance(nb, int): continue
                            if o is None or not (b in s.hops[i] or b in s.allowed[i] or b == s.start[i]):
                                if isinstance(pa, int): m.Add(nb == 0)
                                else: m.AddBoolOr([pa.Not(), nb.Not()])
                                continue
                            y = m.NewBoolVar(f"m{i},{a},{b},{t}")
                            if isinstance(pa, int): m.Add(y == nb)
                            else:
                                m.AddBoolAnd([pa, nb]).OnlyEnforceIf(y); m.AddBoolOr([pa.Not(), nb.Not(), y])
                            mv.append((y, i, a, b, o))
                for y, i, a, b, o in mv:
                    for dem, cap, sc in ((s.mem, s.memcap, MIB), (s.cpu, s.cpucap, 1)):
                        m.Add(sum(dem[k] // sc * X[t - 1][k][b] for k in range(s.n)) + dem[i] // sc <= cap[b] // sc).OnlyEnforceIf(y)
                    for p, bb in o["needs"].items(): poolterms[b, p].append(bb // MIB * y)
                    for q in s.rules:
                        if not q["always"] or i not in q["ms"]: continue
                        ua, ub = q["unit"][a], q["unit"][b]
                        if ua == ub: continue
                        cnt = {}
                        for u in {q["unit"][j] for j in range(s.m)} - {None}:
                            cnt[u] = sum(X[t - 1][k][j] for k in q["ms"] for j in range(s.m) if q["unit"][j] == u)
                        if ub is not None: cnt[ub] = cnt[ub] + 1
                        if q["kind"] == "separate":
                            if ub is not None: m.Add(cnt[ub] <= max(q["max"], q["start"].get(ub, 0))).OnlyEnforceIf(y)
                        else:
                            s._always(m, q, cnt, y)
                m.Add(sum(y for y, *_ in mv) <= 1)
                for q in s.rules:
                    if not q["always"] or q["kind"] == "separate": continue
                    # What holds always holds between two moves too.
                    cnt = {u: sum(cur[k][j] for k in q["ms"] for j in range(s.m) if q["unit"][j] == u) for u in {q["unit"][j] for j in range(s.m)} - {None}}
                    s._always(m, q, cnt, None)
                X.append(cur); moves += [y for y, *_ in mv]; colds += [y for y, _, _, _, o in mv if o["mode"] == "cold"]; costs += [o["cost"] * y for y, _, _, _, o in mv]
                W[t] = mv
            for (b, p), terms in poolterms.items():
                free = next(z["free"] for z in s.H[b]["storages"] if z["id"] == p); m.Add(sum(terms) <= free // MIB)
            e = X[T]
            for i in range(s.n):
                for j in range(s.m):
                    if not isinstance(e[i][j], int) and j != s.start[i] and j not in s.allowed[i]: m.Add(e[i][j] == 0)
            nm, cold, cost = sum(moves), sum(colds), sum(costs)
            s.W = W
        # levels
        mh = [j for j in range(s.m) if s.H[j]["maintenance"]]
        left = sum(e[i][j] for i in range(s.n) for j in mh)
        kept = []
        for j in mh:
            b = m.NewBoolVar(""); kept.append(b)
            for i in range(s.n):
                if isinstance(e[i][j], int):
                    if e[i][j]: m.Add(b == 1)
                else: m.AddImplication(e[i][j], b)
        broken = [e[i][j] for i in range(s.n) if s.movable[i] for j in range(s.m) if s.misplaced(i, j)]
        rex = []
        for q in s.rules:
            if not q["req"]: continue
            cnt = {u: sum(e[k][j] for k in q["ms"] for j in range(s.m) if q["unit"][j] == u) for u in {q["unit"][j] for j in range(s.m)} - {None}}
            n = len(q["ms"])
            ex = m.NewIntVar(0, max(q["ex0"], 0), "")      # never worse than at the start
            if q["kind"] == "separate":
                parts = []
                for u, c in cnt.items():
                    z = m.NewIntVar(0, n, ""); m.Add(z >= c - q["max"]); parts.append(z)
                m.Add(ex >= sum(parts))
            elif q["kind"] == "together":
                bs = []
                for u, c in cnt.items():
                    b = m.NewBoolVar(""); m.Add(c <= n * b); bs.append(b)
                m.Add(ex >= sum(bs) - 1)
            else:
                lo, hi = m.NewIntVar(0, n, ""), m.NewIntVar(0, n, "")
                for u in q["counted"]: m.Add(lo <= cnt[u]); m.Add(hi >= cnt[u])
                if q["counted"]: m.Add(ex >= hi - lo - q["skew"])
            b = m.NewBoolVar(""); m.Add(ex <= n * b); broken.append(b); rex.append(ex)
        ovs = []
        for j, h in enumerate(s.H):
            if h["cap"]["relieve"] and not h["maintenance"] and s.over0[j]:
                M = sum(s.mem) // MIB + 1
                a = m.NewIntVar(0, M, ""); m.Add(a >= sum(s.mem[i] // MIB * e[i][j] for i in range(s.n)) - s.memcap[j] // MIB)
                c = m.NewIntVar(0, sum(s.cpu) + 1, ""); m.Add(c >= sum(s.cpu[i] * e[i][j] for i in range(s.n)) - s.cpucap[j])
                b = m.NewBoolVar(""); m.Add(a + 1024 * c <= (M + 1024 * (sum(s.cpu) + 1)) * b); broken.append(b); ovs.append(a + 1024 * c)
        disp = [e[i][j] for i in range(s.n) if s.movable[i] and s.displaced[i] for j in range(s.m) if j not in s.home[i]]
        third, fourth = (nm, cost) if s.f["objective"] == "moves" else (cost, nm)
        lv = [left, sum(kept), sum(broken), sum(rex), sum(ovs), sum(disp), cold, third, fourth]
        return m, lv, e

    def _always(s, m, q, cnt, y):
        ex0, n = q["ex0"], len(q["ms"]) + 1
        if q["kind"] == "together":
            bs = []
            for u, c in cnt.items():
                b = m.NewBoolVar(""); m.Add(c <= n * b); bs.append(b)
            c = m.Add(sum(bs) - 1 <= ex0)
        elif q["counted"]:
            lo, hi = m.NewIntVar(0, n, ""), m.NewIntVar(0, n, "")
            for u in q["counted"]: m.Add(lo <= cnt[u]); m.Add(hi >= cnt[u])
            c = m.Add(hi - lo - q["skew"] <= ex0)
        else: return
        if y is not None: c.OnlyEnforceIf(y)

    def lex(s, T=None, levels=8, better_than=None, limit=20):
        """lexicographic optimum of the first `levels`; with better_than: only asks whether some plan is lexicographically better."""
        m, lv, e = s.model(T)
        sol = cp_model.CpSolver(); sol.parameters.num_workers = 1; sol.parameters.max_time_in_seconds = limit
        out = []
        if better_than is not None:
            k = levels
            eq, bs = [], []
            for q in range(k):
                b = m.NewBoolVar(""); m.Add(lv[q] <= better_than[q] - 1).OnlyEnforceIf(b); bs.append(b)
                for p in range(q): m.Add(lv[p] <= better_than[p]).OnlyEnforceIf(b)
            m.AddBoolOr(bs)
            st = sol.Solve(m)
            if st in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return "better", [sol.Value(x) if not isinstance(x, int) else x for x in lv], s._plan(sol, e, T)
            return ("none" if st == cp_model.INFEASIBLE else "unknown"), None, None
        for q in range(levels):
            if isinstance(lv[q], int): out.append(lv[q]); continue
            m.Minimize(lv[q]); st = sol.Solve(m)
            if st != cp_model.OPTIMAL: return None, st, None
            v = int(round(sol.ObjectiveValue())); out.append(v); m.Add(lv[q] <= v)
            m.ClearObjective() if hasattr(m, "ClearObjective") else None
        out[4] *= MIB
        return out, [sol.Value(x) if not isinstance(x, int) else x for x in lv], s._plan(sol, e, T)

    def _plan(s, sol, e, T):
        if T is None:
            return [(s.V[i]["name"], s.H[s.start[i]]["name"], s.H[j]["name"], s.opts[i, j]["mode"]) for i in range(s.n) for j in range(s.m) if j != s.start[i] and not isinstance(e[i][j], int) and sol.Value(e[i][j])]
        out = []
        for t in sorted(s.W):
            for y, i, a, b, o in s.W[t]:
                if sol.Value(y): out.append((s.V[i]["name"], s.H[a]["name"], s.H[b]["name"], o["mode"]))
        return out
