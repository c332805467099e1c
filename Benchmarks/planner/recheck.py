#!/usr/bin/env python3
"""Works out again what the certificate of a plan proves:   recheck.py INSTANCE PLAN [--json]   (formats: README.md; reads .gz too)

Takes nothing from the plan but the certificate, and shares no code with the planner. Parts it can work out: forced, overload, prices, full hosts.
A search has no certificate but itself, and slots and groups are not done here: their value is taken as said and named in the output.
Exit status: 0 the certificate proves what the plan says, 1 it does not, 2 unreadable, 3 as far as it was worked out it does.
"""
import collections, gzip, json, sys

RESOURCES = ("vcpu", "ram", "disk")
BASE = {"live": (100, 0), "volume": (150, 0), "block": (300, 4), "cold": (2000, 4)}
SETUP = {"live": 5, "volume": 10, "block": 10, "cold": 30}
# Cells of one table of prices; what would need more is not worked out.
CELLS_MAX = 1 << 16


def load(path):
    with (gzip.open(path, "rt") if path.endswith(".gz") else open(path)) as f:
        return json.load(f)


def mode_of(vm):
    return "cold" if not vm.get("live", True) else {"shared": "live", "volume": "volume", "local": "block"}[vm["storage"]]


def cost(vm):
    base, per = BASE[mode_of(vm)]
    return base + -(-vm["ram"] // 1024) + (per * vm["disk"] if vm["storage"] == "local" else 0)


def seconds(vm, mib_s):
    mode = mode_of(vm)
    return SETUP[mode] + -(-((vm["disk"] * 1024 if vm["storage"] == "local" else 0) + (0 if mode == "cold" else vm["ram"])) // mib_s)


class Estate:
    """An instance as a proof sees it: what each VM needs and weighs, where it may stay and where a move may leave it."""
    def __init__(self, instance, weighs_cost):
        self.hosts, self.vms = instance["hosts"], instance["vms"]
        self.host = {h["id"]: j for j, h in enumerate(self.hosts)}
        self.vm = {v["id"]: i for i, v in enumerate(self.vms)}
        self.capacity = [(int(h["pcpu"] * h["ratio"] + 1e-9), h["ram"], h["disk"]) for h in self.hosts]
        self.at = [self.host[v["host"]] for v in self.vms]
        self.need = [(v["vcpu"], v["ram"], v["disk"] if v["storage"] == "local" else 0) for v in self.vms]
        self.weight = [cost(v) if weighs_cost else 1 for v in self.vms]
        groups = collections.defaultdict(list)
        for g, group in enumerate(instance["groups"]):
            for vm in group["vms"]:
                groups[vm].append(g)
        known, self.ends, self.stays, self.key = {}, [], [], []
        for i, v in enumerate(self.vms):
            asks = (self.need[i], self.hosts[self.at[i]]["cell"], v["storage"] == "local", v["pool"], v.get("cpu", 0), v.get("pin"),
                    tuple(sorted(v.get("labels", ()))), tuple(sorted(v.get("zones", ()))))
            if asks not in known:
                known[asks] = self.places(v, asks)
            home, ends, stops = known[asks]
            self.ends.append(ends)
            self.stays.append(self.at[i] in home)
            # What VMs that have one price are alike in.
            takes = seconds(v, instance["limits"]["mib_s"])
            self.key.append((self.need[i], home, ends, stops, self.weight[i], takes, tuple(groups[v["id"]])))

    def places(self, vm, asks):
        home, ends, stops = set(), set(), set()
        for j, h in enumerate(self.hosts):
            fits = all(x <= c for x, c in zip(asks[0], self.capacity[j]))
            selected = (h["cell"] == asks[1] and h["state"] != "maintenance" and set(vm.get("labels", ())) <= set(h.get("labels", ()))
                        and (not vm.get("zones") or h["zone"] in vm["zones"]))
            if not (fits and selected):
                continue
            pinned = vm.get("pin") in (None, h["id"])
            if pinned:
                home.add(j)
            if h["state"] == "up" and h["cpu"] >= vm.get("cpu", 0) and (vm["storage"] == "local" or vm["pool"] in h["pools"]):
                stops.add(j)
                if pinned:
                    ends.add(j)
        return frozenset(home), frozenset(ends), frozenset(stops)


def forced(estate, names, counted):
    """Summed weight of VMs that may not stay; None: one of them may, or was counted before."""
    total = 0
    for name in names:
        i = estate.vm[name]
        if estate.stays[i] or i in counted:
            return None
        counted.add(i)
        total += estate.weight[i]
    return total


def overload(estate, reason, counted):
    """Least weight that must leave a host which the VMs named fill beyond its capacity by themselves."""
    j, r = estate.host[reason["host"]], RESOURCES.index(reason["resource"])
    vms = [estate.vm[name] for name in reason["vms"]]
    if any(estate.at[i] != j or i in counted for i in vms) or estate.hosts[j]["state"] == "maintenance":
        return None
    counted.update(vms)
    over = sum(estate.need[i][r] for i in vms) - estate.capacity[j][r]
    most = {0: 0}                                       # by summed weight: the most that leaves
    for i in vms:
        for weight, amount in sorted(most.items(), reverse=True):
            at = weight + estate.weight[i]
            most[at] = max(most.get(at, 0), amount + estate.need[i][r])
    return min((weight for weight, amount in most.items() if amount >= over), default=None)


def full_hosts(estate, part):
    """Forced moves, and one more for each set of hosts whose forced VMs can end only on hosts of the set that have no room at the start."""
    counted = set()
    total = forced(estate, part["forced"], counted)
    if total is None:
        return None
    use = [[0, 0, 0] for _ in estate.hosts]
    on = collections.defaultdict(list)
    for i, j in enumerate(estate.at):
        on[j].append(i)
        for r in range(3):
            use[j][r] += estate.need[i][r]
    seen = set()
    for names in part["sets"]:
        hosts = {estate.host[name] for name in names}
        leaving = [i for j in hosts for i in on[j] if not estate.stays[i]]
        if hosts & seen or not leaving:
            return None
        seen |= hosts
        for i in leaving:
            for j in estate.ends[i] - {estate.at[i]}:
                fits = all(not x or use[j][r] + x <= estate.capacity[j][r] for r, x in enumerate(estate.need[i]))
                if j not in hosts or fits:
                    return None
        total += min(estate.weight[i] for j in hosts for i in on[j])
    return total


class Table:
    """The most that things put into a room of whole units are worth, for every room up to the largest."""
    def __init__(self, most):
        self.most, self.strides, cells = most, [], 1
        for m in reversed(most):
            self.strides.insert(0, cells)
            cells *= m + 1
        self.cells = cells
        self.worth = [0] * cells if cells <= CELLS_MAX else None

    def offset(self, size):
        return sum(x * s for x, s in zip(size, self.strides))

    def places(self, size):
        """Cells that hold the size, upwards."""
        found = [0]
        for x, m, s in zip(size, self.most, self.strides):
            found = [at + k * s for at in found for k in range(x, m + 1)]
        return found

    def add(self, size, gain, copies=None):
        """Any number of a thing, or so many."""
        back, places = self.offset(size), self.places(size)
        for _ in range(copies or 1):
            for at in places if copies is None else reversed(places):
                got = self.worth[at - back] + gain
                if got > self.worth[at]:
                    self.worth[at] = got


def prices(estate, part):
    """Lagrangian of the balance of VMs, exactly: Σ prices − Σ over hosts of the best worth of a content. None: it cannot be worked out."""
    cells, scale = set(part["cells"]), part["scale"]
    units = [part["units"][r] for r in RESOURCES]
    price_of = {estate.key[estate.vm[p["like"]]]: p["price"] for p in part["prices"]}
    hosts = [j for j, h in enumerate(estate.hosts) if h["cell"] in cells]
    room = {j: list(estate.capacity[j]) for j in hosts}
    weight, total, stay, arrive = 0, 0, collections.defaultdict(list), {}
    for i, j in enumerate(estate.at):
        if estate.hosts[j]["cell"] not in cells:
            continue
        possible = estate.ends[i] | ({j} if estate.stays[i] else set())
        if not possible:
            return None
        if len(possible) == 1:                          # it has no choice: its weight and its room are known
            end = next(iter(possible))
            weight += 0 if estate.stays[i] else estate.weight[i]
            for r, x in enumerate(estate.need[i]):
                room[end][r] -= x
            continue
        price = price_of[estate.key[i]]
        total += price
        if estate.stays[i]:
            stay[j].append((estate.need[i], price))
        size = tuple(x // u for x, u in zip(estate.need[i], units) if u)
        gain = price - estate.weight[i] * scale
        if gain > 0:
            arrive[size, estate.ends[i]] = max(gain, arrive.get((size, estate.ends[i]), 0))
    if scale <= 0 or any(not any(size) for size, _ in arrive):
        return None
    kinds = collections.defaultdict(list)
    for j in hosts:
        things = collections.defaultdict(int)
        if estate.hosts[j]["state"] == "up":
            for (size, ends), gain in arrive.items():
                if j in ends:
                    things[size] = max(things[size], gain)
        kinds[tuple(sorted(things.items()))].append(j)
    worth = sum(best_of_kind(things, members, room, stay, units) for things, members in kinds.items())
    return weight + max(0, -(-(total - worth) // scale))


def best_of_kind(things, hosts, room, stay, units):
    """Summed worth of the best contents of hosts that take the same arrivals."""
    whole = lambda amounts: tuple(x // u for x, u in zip(amounts, units) if u)
    rooms = {j: whole(room[j]) for j in hosts}
    table = Table([max(r[k] for r in rooms.values()) for k in range(len(next(iter(rooms.values()))))])
    if table.worth is None:
        raise OverflowError("a table of prices would be too large")
    for size, gain in things:
        if all(x <= m for x, m in zip(size, table.most)):
            table.add(size, gain)
    contents = collections.Counter()
    for j in hosts:
        kept = collections.Counter((whole(need), price) for need, price in stay[j] if price > 0)
        contents[rooms[j], tuple(sorted(kept.items()))] += 1
    total = 0
    for (most, kept), number in contents.items():
        mine = Table(list(table.most))
        mine.worth = list(table.worth)
        for (size, price), copies in kept:
            if not any(size):
                mine.worth = [w + price * copies for w in mine.worth]
            elif all(x <= m for x, m in zip(size, most)):
                mine.add(size, price, copies)
        total += mine.worth[mine.offset(most)] * number
    return total


def check(instance, plan):
    """Value that is proved, and the kinds of proof that were taken as said."""
    estate = Estate(instance, plan["objective"] == "cost")
    total, taken = 0, set()
    for part in plan["certificate"]["parts"]:
        counted = set()
        if part["kind"] == "prices":
            value = prices(estate, part)
        elif part["kind"] == "full hosts":
            value = full_hosts(estate, part)
        elif part["kind"] == "counting":
            values = []
            for reason in part["reasons"]:
                if reason["kind"] == "forced":
                    values.append(forced(estate, reason["vms"], counted))
                elif reason["kind"] == "overload":
                    values.append(overload(estate, reason, counted))
                else:
                    taken.add(reason["kind"])
                    values.append(reason["value"])
            value = None if None in values else sum(values)
        else:
            taken.add(part["kind"])
            value = part["value"]
        total += value or 0
    return total, sorted(taken)


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("-")]
    if len(args) != 2:
        print(__doc__)
        return 2
    instance, plan = load(args[0]), load(args[1])
    if "certificate" not in plan:
        print(json.dumps(dict(said=None)) if "--json" in sys.argv else "no certificate: the plan is " + plan["status"])
        return 0
    said = plan["lower_bound"]
    try:
        proved, taken = check(instance, plan)
    except OverflowError as error:
        proved, taken = said, [str(error)]
    if "--json" in sys.argv:
        print(json.dumps(dict(said=said, proved=proved, taken=taken)))
    else:
        print(f"said {said}, proved {proved}" + (f"; taken as said: {', '.join(taken)}" if taken else ""))
    return 1 if proved < said else 3 if taken else 0


if __name__ == "__main__":
    sys.exit(main())
