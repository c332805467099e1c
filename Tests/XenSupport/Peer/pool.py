#!/usr/bin/env python3
"""A stateful XenAPI peer over recorded pool records (records/*.json or records of the same form).

Checks follow what xapi's own source checks; wire output copies xapi's
habits (bare <value> strings, unescaped struct names aside).  XML-RPC on / and /RPC2, JSON-RPC on /jsonrpc.
Python standard library only.  Every state-changing call goes to --log as one JSON line, broken rules as
{"violation": ...}: an acceptance test reads that file.
"""
import argparse, base64, copy, hashlib, datetime, http.server, json, os, random, re, socket, ssl, subprocess, sys, tempfile, threading, time, uuid
import xmlrpc.client

HERE = os.path.dirname(os.path.abspath(__file__))
DM = json.load(open(os.environ.get('DATAMODEL', os.path.join(HERE, 'datamodel.json'))))['classes']
NULL = 'OpaqueRef:NULL'
LOCK = threading.RLock()
CHANGED = threading.Condition(LOCK)


class Fail(Exception):
    def __init__(self, *d):
        self.d = [str(x) for x in d]


def ref():
    return 'OpaqueRef:%s' % uuid.UUID(int=RND.getrandbits(128), version=4)


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime('%Y%m%dT%H:%M:%SZ')


class World:
    def __init__(self, data, args):
        self.db = {c: data.get(c, {}) for c in DM if c not in ('event', 'session')}
        self.db['session'] = {}
        self.args, self.gen, self.log = args, 0, open(args.log, 'a') if args.log else None
        self.stamp, self.dead, self.sxm, self.faults = {}, [], {}, {}
        for f in args.fault or []:
            m, _, rest = f.partition('=')
            code, _, n = rest.partition(':')
            self.faults[m] = [code, int(n or 1)]
        for c, t in self.db.items():
            for r in t:
                self.gen += 1
                self.stamp[(c, r)] = (self.gen, self.gen)

    def write(self, **k):
        if self.log:
            k['t'] = round(time.time(), 3)
            self.log.write(json.dumps(k) + '\n')
            self.log.flush()

    def rec(self, c, r):
        try:
            return self.db[c][r]
        except KeyError:
            raise Fail('HANDLE_INVALID', c, r)

    def touch(self, c, r, new=False):
        self.gen += 1
        born = self.gen if new or (c, r) not in self.stamp else self.stamp[(c, r)][0]
        self.stamp[(c, r)] = (born, self.gen)
        CHANGED.notify_all()

    def drop(self, c, r):
        self.gen += 1
        born = self.stamp.pop((c, r), (0, 0))[0]
        del self.db[c][r]
        self.dead.append((self.gen, born, c, r))
        CHANGED.notify_all()

    # -- placement rules
    def disks(self, vm):
        for b in self.rec('VM', vm).get('VBDs', []):
            v = self.db['VBD'].get(b)
            if v and not v.get('empty') and v.get('VDI', NULL) in self.db['VDI']:
                yield v['VDI'], v

    def need(self, vm):
        v = self.rec('VM', vm)
        return int(v.get('memory_dynamic_min') or 0) + int(v.get('memory_overhead') or 0)

    def free(self, host, but=None):
        h = self.rec('host', host)
        m = self.db['host_metrics'].get(h['metrics'], {})
        used = sum(self.need(r) for r, v in self.db['VM'].items() if r != but and not v['is_a_template'] and
                   host in (v.get('resident_on'), v.get('scheduled_to_be_resident_on')))
        return int(m.get('memory_total', 0)) - int(h.get('memory_overhead') or 0) - used

    def attached(self, sr, host):
        return any(p['SR'] == sr and p['host'] == host and p['currently_attached'] for p in self.db['PBD'].values())

    def can_boot(self, vm, host, memory=True, storage=True, cpu=True):
        v, h = self.rec('VM', vm), self.rec('host', host)
        if not self.db['host_metrics'].get(h['metrics'], {}).get('live', True):
            raise Fail('HOST_NOT_LIVE')
        if not h['enabled'] and v.get('resident_on') != host:
            raise Fail('HOST_DISABLED', host)
        if storage:
            for vdi, _ in self.disks(vm):
                sr = self.db['VDI'][vdi]['SR']
                if not self.attached(sr, host):
                    raise Fail('VM_REQUIRES_SR', vm, sr)
        for f in v.get('VIFs', []):
            net = self.db['VIF'].get(f, {}).get('network', NULL)
            if net in self.db['network'] and not any(p['network'] == net and p['host'] == host for p in self.db['PIF'].values()):
                raise Fail('VM_REQUIRES_NETWORK', vm, net)
        if cpu:
            want = (v.get('last_boot_CPU_flags') or {}).get('features_replay')
            have = (h.get('cpu_info') or {}).get('features_replay')
            if want and have and want > have:
                raise Fail('VM_INCOMPATIBLE_WITH_THIS_HOST', vm, host, 'VM last booted on a CPU with features this host\'s CPU does not have.')
        if memory and v.get('resident_on') != host and self.free(host, but=vm) < self.need(vm):
            raise Fail('HOST_NOT_ENOUGH_FREE_MEMORY', self.need(vm), max(0, self.free(host, but=vm)))
        if int(v.get('VCPUs_max') or 1) > int((h.get('cpu_info') or {}).get('cpu_count', 64)):
            raise Fail('HOST_NOT_ENOUGH_PCPUS', v['VCPUs_max'], h['cpu_info']['cpu_count'])

    def state(self, vm, *want, op=''):
        v = self.rec('VM', vm)
        if v['is_a_template']:
            raise Fail('VM_IS_TEMPLATE', vm)
        if v['is_control_domain']:
            raise Fail('OPERATION_NOT_ALLOWED', 'This operation is not allowed on a control domain')
        if v['current_operations']:
            raise Fail('OTHER_OPERATION_IN_PROGRESS', 'VM', vm, list(v['current_operations'].values())[0])
        if op in (v.get('blocked_operations') or {}):
            raise Fail('OPERATION_BLOCKED', vm, v['blocked_operations'][op])
        if v['power_state'] not in want:
            raise Fail('VM_BAD_POWER_STATE', vm, '; '.join(w.lower() for w in want), v['power_state'].lower())
        return v

    def place(self, vm, host, power=None):
        v = self.rec('VM', vm)
        old = v.get('resident_on')
        v['resident_on'] = host
        if power:
            v['power_state'] = power
        for h in (old, host):
            if h in self.db['host']:
                self.db['host'][h]['resident_VMs'] = [r for r, x in self.db['VM'].items() if x.get('resident_on') == h]
                self.touch('host', h)
        self.touch('VM', vm)
        if host in self.db['host'] and self.free(host) < 0:
            self.write(violation='memory overcommitted', host=self.db['host'][host]['uuid'], free=self.free(host))


def busy(w, vm, op, task, seconds, host=None):
    """Hold the VM busy for a time, with progress and cancel."""
    v = w.rec('VM', vm)
    with LOCK:
        v['current_operations'][task or 'sync'] = op
        if host:
            v['scheduled_to_be_resident_on'] = host
        w.touch('VM', vm)
    try:
        end = time.time() + seconds
        while time.time() < end:
            time.sleep(min(0.05, seconds))
            with LOCK:
                t = w.db['task'].get(task)
                if t is not None:
                    t['progress'] = min(0.99, 1 - (end - time.time()) / seconds)
                    w.touch('task', task)
                    if t['status'] == 'cancelling':
                        raise Fail('TASK_CANCELLED', task)
    finally:
        with LOCK:
            v['current_operations'].pop(task or 'sync', None)
            v['scheduled_to_be_resident_on'] = NULL
            w.touch('VM', vm)


class Api:
    """Messages with behaviour; everything else is derived from the datamodel."""

    def __init__(self, w):
        self.w = w

    def secs(self, vm, disks=0):
        return self.w.args.seconds_per_gib * (self.w.need(vm) + disks) / (1 << 30)

    def VM_assert_can_boot_here(self, t, vm, host):
        with LOCK:
            self.w.can_boot(vm, host)

    def VM_get_possible_hosts(self, t, vm):
        out = []
        with LOCK:
            for h in self.w.db['host']:
                try:
                    self.w.can_boot(vm, h)
                    out.append(h)
                except Fail:
                    pass
        return out

    def VM_pool_migrate(self, t, vm, host, options):
        w, force = self.w, options.get('force') == 'true'
        with LOCK:
            v = w.state(vm, 'Running', op='pool_migrate')
            w.can_boot(vm, host, cpu=not force)
            v['scheduled_to_be_resident_on'] = host
        busy(w, vm, 'pool_migrate', t, self.secs(vm), host)
        if w.args.lazy:
            return
        with LOCK:
            w.place(vm, host)

    def start(self, t, vm, host, op, want):
        w = self.w
        with LOCK:
            v = w.state(vm, want, op=op)
            if host is None:
                ok = []
                for h in w.db['host']:
                    try:
                        w.can_boot(vm, h)
                        ok.append(h)
                    except Fail:
                        pass
                if not ok:
                    raise Fail('NO_HOSTS_AVAILABLE', vm)
                host = v['affinity'] if v['affinity'] in ok else max(ok, key=w.free)
            w.can_boot(vm, host)
        busy(w, vm, op, t, self.w.args.seconds_per_gib, host)
        with LOCK:
            if v.get('ha_restart_priority') == 'restart' and not w.args.forgets_ha:
                v['ha_always_run'] = True
            w.place(vm, host, 'Running')

    def VM_start(self, t, vm, paused, force):
        self.start(t, vm, None, 'start', 'Halted')

    def VM_start_on(self, t, vm, host, paused, force):
        self.start(t, vm, host, 'start_on', 'Halted')

    def VM_resume(self, t, vm, paused, force):
        self.start(t, vm, None, 'resume', 'Suspended')

    def VM_resume_on(self, t, vm, host, paused, force):
        self.start(t, vm, host, 'resume_on', 'Suspended')

    def stop(self, t, vm, op, want, power):
        with LOCK:
            self.w.state(vm, *want, op=op)
            if op in ('clean_shutdown', 'hard_shutdown'):
                # xapi_vm.ml: what is shut down on purpose is not to be started again by HA
                self.w.rec('VM', vm)['ha_always_run'] = False
        busy(self.w, vm, op, t, self.w.args.seconds_per_gib)
        with LOCK:
            self.w.place(vm, NULL, power)

    def VM_clean_shutdown(self, t, vm):
        if self.w.args.deaf_shutdown:
            # xapi takes the protection off before it tells the guest
            with LOCK:
                self.w.state(vm, 'Running', op='clean_shutdown')
                self.w.rec('VM', vm)['ha_always_run'] = False
        while self.w.args.deaf_shutdown and self.w.rec('VM', vm)['power_state'] == 'Running':
            time.sleep(0.1)
        self.stop(t, vm, 'clean_shutdown', ['Running'], 'Halted')

    def VM_shutdown(self, t, vm):
        self.stop(t, vm, 'shutdown', ['Paused', 'Suspended', 'Running'], 'Halted')

    def VM_hard_shutdown(self, t, vm):
        self.stop(t, vm, 'hard_shutdown', ['Paused', 'Suspended', 'Running'], 'Halted')

    def VM_suspend(self, t, vm):
        self.stop(t, vm, 'suspend', ['Running'], 'Suspended')

    def VM_compute_memory_overhead(self, t, vm):
        return int(self.w.rec('VM', vm).get('memory_overhead') or 0)

    def VM_maximise_memory(self, t, vm, total, approximate):
        n = int(total) - int(self.w.rec('VM', vm).get('memory_overhead') or 0)
        return max(0, n >> 20 << 20)

    def host_migrate_receive(self, t, host, network, options):
        w = self.w
        with LOCK:
            w.rec('host', host)
            p = [p for p in w.db['PIF'].values() if p['network'] == network and p['host'] == host]
            if not p:
                raise Fail('HOST_CANNOT_ATTACH_NETWORK', host, network)
            if not p[0].get('IP'):
                raise Fail('INTERFACE_HAS_NO_IP', host)
            s = ref()
            w.db['session'][s] = {'last': time.time()}
            return {'SM': 'http://%s/services/SM?session_id=%s' % (p[0]['IP'], s), 'host': host, 'session_id': s,
                    'xenops': 'http://%s/services/xenops?session_id=%s' % (p[0]['IP'], s), 'master': 'http://%s/' % p[0]['IP']}

    def VM_assert_can_migrate(self, t, vm, dest, live, vdi_map, vif_map, options, vgpu_map=None):
        w = self.w
        with LOCK:
            if dest.get('session_id') not in w.db['session']:
                raise Fail('SESSION_INVALID', dest.get('session_id'))
            for vdi, vbd in w.disks(vm):
                if vbd['type'] != 'CD' and vdi not in vdi_map:
                    raise Fail('VDI_NOT_IN_MAP', vdi)
            for vdi, sr in vdi_map.items():
                src = w.rec('VDI', vdi)['SR']
                w.rec('SR', sr)
                # xapi_vm_migrate.ml assert_sr_support_operations leaves out what stays where it is (is_sr_matching)
                for x in {src, sr} if src != sr else ():
                    if w.db['SR'][x]['type'] in ('iso', 'udev', 'cslg', 'netapp'):
                        raise Fail('SR_DOES_NOT_SUPPORT_MIGRATION', x, 'VDI_SNAPSHOT;VDI_MIRROR')
                if src != sr and w.db['VDI'][vdi].get('cbt_enabled'):
                    raise Fail('VDI_CBT_ENABLED', vdi)
                if not w.attached(sr, dest['host']):
                    raise Fail('VM_REQUIRES_SR', vm, sr)
            w.can_boot(vm, dest['host'], storage=False, cpu=options.get('force') != 'true')
            if vif_map:
                raise Fail('OPERATION_NOT_ALLOWED', 'VIF mapping is not allowed for intra-pool migration -all VIFs must be on the same network')

    def VM_migrate_send(self, t, vm, dest, live, vdi_map, vif_map, options, vgpu_map=None, vdi_format_map=None):
        w = self.w
        with LOCK:
            v = w.state(vm, 'Halted', 'Suspended', 'Running', op='migrate_send')
            self.VM_assert_can_migrate(t, vm, dest, live, vdi_map, vif_map, options)
            if options.get('copy') == 'true':
                raise Fail('OPERATION_NOT_ALLOWED', 'Copy mode is disallowed on intra pool storage migration, try efficient alternatives, for example, VM.copy/clone.')
            src = v['resident_on']
            if w.sxm.get(src, 0) >= 3:
                raise Fail('TOO_MANY_STORAGE_MIGRATES', 3)
            if v['power_state'] == 'Halted':
                self.choose_host(vm)
            move = {d: s for d, s in self.with_snapshots(vm, vdi_map).items() if w.db['VDI'][d]['SR'] != s}
            self.room(move)
            self.eject(v, vdi_map)
            w.sxm[src] = w.sxm.get(src, 0) + 1
            size = sum(int(w.db['VDI'][d]['virtual_size']) for d in move)
        try:
            busy(w, vm, 'migrate_send', t, self.secs(vm, size), dest['host'])
        finally:
            with LOCK:
                w.sxm[src] -= 1
        with LOCK:
            for d, s in move.items():
                new, old = ref(), w.db['VDI'][d]
                rec = copy.deepcopy(old)
                rec.update(SR=s, uuid=str(uuid.uuid4()))
                w.db['VDI'][new] = rec
                w.touch('VDI', new, True)
                for b in rec['VBDs']:
                    w.db['VBD'][b]['VDI'] = new
                    w.touch('VBD', b)
                for r, x in w.db['VDI'].items():
                    if x.get('snapshot_of') == d:
                        x['snapshot_of'] = new
                # the source is destroyed by xapi itself
                w.drop('VDI', d)
            if v['power_state'] == 'Running':
                w.place(vm, dest['host'])
        return vm

    def choose_host(self, vm):
        """message_forwarding.ml: migrate_send of a halted VM runs on a host that could start it (choose_host_for_vm)."""
        for h in self.w.db['host']:
            try:
                return self.w.can_boot(vm, h)
            except Fail:
                pass
        raise Fail('NO_HOSTS_AVAILABLE')

    def with_snapshots(self, vm, vdi_map):
        """xapi_vm_migrate.ml extra_vdi_map: disks of snapshots go where the map says, else with what they are a snapshot of, else to the default SR."""
        w, whole = self.w, dict(vdi_map)
        default = [p.get('default_SR', p.get('default-SR', NULL)) for p in w.db['pool'].values()][0]
        for s in w.rec('VM', vm).get('snapshots', []):
            for vdi, vbd in w.disks(s) if s in w.db['VM'] else ():
                if vbd['type'] == 'CD' or vdi in whole:
                    continue
                to = vdi_map.get(w.db['VDI'][vdi].get('snapshot_of', NULL), default)
                if to not in w.db['SR']:
                    raise Fail('VDI_NOT_IN_MAP', vdi)
                whole[vdi] = to
        return whole

    def room(self, move):
        for sr in set(move.values()):
            x = self.w.db['SR'][sr]
            need = sum(int(self.w.db['VDI'][d].get('physical_utilisation') or 0) for d, s in move.items() if s == sr)
            if 'physical_size' in x and need > int(x['physical_size']) - int(x.get('physical_utilisation') or 0):
                raise Fail('SR_BACKEND_FAILURE_44', '', 'There is insufficient space')

    def eject(self, v, vdi_map):
        """xapi_vm_migrate.ml find_cds_to_eject: every CD whose VDI is not mapped to its own SR leaves its drive, and nobody is told."""
        w = self.w
        for b in v['VBDs']:
            x = w.db['VBD'].get(b)
            if not x or x['type'] != 'CD' or x['VDI'] not in w.db['VDI']:
                continue
            if w.args.ejects or vdi_map.get(x['VDI']) != w.db['VDI'][x['VDI']]['SR']:
                w.write(ejected=v['name_label'])
                x['VDI'], x['empty'] = NULL, True
                w.touch('VBD', b)

    def VDI_pool_migrate(self, t, vdi, sr, options):
        w = self.w
        with LOCK:
            b = [x for x in w.db['VBD'].values() if x['VDI'] == vdi]
            if not b:
                raise Fail('VDI_NEEDS_VM_FOR_MIGRATE', vdi)
            vm = b[0]['VM']
            host = w.db['VM'][vm]['resident_on']
            net = [p['network'] for p in w.db['PIF'].values() if p['host'] == host and p.get('management')]
            vmap = {d: (sr if d == vdi else w.db['VDI'][d]['SR']) for d, x in w.disks(vm) if x['type'] != 'CD'}
        dest = self.host_migrate_receive(t, host, net[0], {})
        self.VM_migrate_send(t, vm, dest, True, vmap, {}, {})
        return b[0]['VDI']

    def host_compute_free_memory(self, t, host):
        with LOCK:
            return max(0, self.w.free(host))

    def host_compute_memory_overhead(self, t, host):
        return int(self.w.rec('host', host).get('memory_overhead') or 0)

    def host_disable(self, t, host, auto_enable=True):
        with LOCK:
            self.w.rec('host', host)['enabled'] = False
            self.w.touch('host', host)

    def host_destroy(self, t, host):
        with LOCK:
            self.w.drop('host_metrics', self.w.rec('host', host)['metrics'])
            self.w.drop('host', host)

    def host_enable(self, t, host):
        with LOCK:
            self.w.rec('host', host)['enabled'] = True
            self.w.touch('host', host)

    def plan(self, host):
        w, out = self.w, {}
        targets = [h for h, r in w.db['host'].items() if h != host and r['enabled']]
        ha = any(p.get('ha_enabled') for p in w.db['pool'].values())
        room = {h: w.free(h) for h in targets}
        vms = [r for r, v in w.db['VM'].items() if v.get('resident_on') == host and not v['is_control_domain']]
        for vm in sorted(vms, key=w.need, reverse=True):
            if not targets:
                out[vm] = Fail('NO_HOSTS_AVAILABLE', vm)
                continue
            if ha and w.db['VM'][vm].get('ha_restart_priority') != 'restart':
                out[vm] = Fail('HOST_EVACUATE_VM_NOT_HA_PROTECTED', vm)
                continue
            try:
                w.state(vm, 'Running', op='pool_migrate')
                for h in targets:
                    w.can_boot(vm, h, memory=False)
                h = next((h for h in targets if room[h] >= w.need(vm)), None)
                if h is None:
                    raise Fail('HOST_NOT_ENOUGH_FREE_MEMORY', vm)
                room[h] -= w.need(vm)
                out[vm] = h
            except Fail as e:
                out[vm] = e
        return out

    def host_get_vms_which_prevent_evacuation(self, t, host):
        with LOCK:
            return {v: p.d for v, p in self.plan(host).items() if isinstance(p, Fail)}

    def host_assert_can_evacuate(self, t, host):
        bad = self.host_get_vms_which_prevent_evacuation(t, host)
        if bad:
            raise Fail('CANNOT_EVACUATE_HOST', '|'.join(','.join(d) for d in bad.values()))

    def host_evacuate(self, t, host, network=NULL, batch='0'):
        with LOCK:
            plan = self.plan(host)
        for p in plan.values():
            if isinstance(p, Fail):
                raise p
        for vm, h in plan.items():
            self.VM_pool_migrate(None, vm, h, {'live': 'true'})

    def task_cancel(self, t, task):
        with LOCK:
            r = self.w.rec('task', task)
            if r['status'] == 'pending':
                r['status'] = 'cancelling'
                self.w.touch('task', task)

    def task_destroy(self, t, task):
        with LOCK:
            self.w.rec('task', task)
            self.w.drop('task', task)

    def event_from(self, t, classes, token, timeout):
        w = self.w
        if token and not re.fullmatch(r'\d+,\d+', token):
            raise Fail('EVENT_FROM_TOKEN_PARSE_FAILURE', token)
        since = int(token.split(',')[0]) if token else 0
        subs = [c.lower() for c in classes]
        w.write(classes=classes)
        end = time.time() + min(float(timeout), 3600)

        def hit(c, r):
            return '*' in subs or c.lower() in subs or ('%s/%s' % (c, r)).lower() in subs
        with LOCK:
            while True:
                ev = []
                for (c, r), (born, mod) in list(w.stamp.items()):
                    if mod > since and hit(c, r) and r in w.db[c]:
                        ev.append({'id': str(mod), 'timestamp': '0.0', 'class': c.lower(), 'operation': 'add' if born > since else 'mod',
                                   'ref': r, 'snapshot': w.db[c][r]})
                ev += [{'id': str(g), 'timestamp': '0.0', 'class': c.lower(), 'operation': 'del', 'ref': r}
                       for g, born, c, r in w.dead if g > since >= born and hit(c, r)]
                if ev or time.time() >= end:
                    return {'events': sorted(ev, key=lambda e: int(e['id'])), 'token': '%d,0' % w.gen,
                            'valid_ref_counts': {c.lower(): str(len(x)) for c, x in w.db.items() if c != 'session'}}
                CHANGED.wait(max(0.01, end - time.time()))


READ = re.compile(r'^(get_|assert_|compute_|maximise_|from$)')


class Dispatcher:
    def __init__(self, w):
        self.w, self.api = w, Api(w)

    def call(self, method, params, slave):
        w = self.w
        cls, _, msg = method.rpartition('.')
        w.write(asked=method)
        if slave:
            raise Fail('HOST_IS_SLAVE', w.args.master_address or '127.0.0.1')
        if method == 'session.login_with_password':
            if len(params) < 2:
                raise Fail('MESSAGE_PARAMETER_COUNT_MISMATCH', method, 4, len(params))
            if (params[0], params[1]) != (w.args.user, w.args.password):
                time.sleep(0.3)
                raise Fail('SESSION_AUTHENTICATION_FAILED', params[0], 'Authentication failure')
            s = ref()
            w.db['session'][s] = {'last': time.time()}
            return s
        if not params or params[0] not in w.db['session']:
            raise Fail('SESSION_INVALID', params[0] if params else '')
        s = w.db['session'][params[0]]
        if time.time() - s['last'] > w.args.session_seconds:
            del w.db['session'][params[0]]
            raise Fail('SESSION_INVALID', params[0])
        s['last'] = time.time()
        if method == 'session.logout':
            del w.db['session'][params[0]]
            return ''
        asyn = cls.startswith('Async.')
        if asyn:
            cls = cls[6:]
        m = DM.get(cls, {}).get('messages', {}).get(msg)
        if m is None and msg == 'get_all_records_where' and 'get_all_records' in DM.get(cls, {}).get('messages', {}):
            # xapi makes it for each class that has the other, and lists it for few
            m = {'p': [['expr', 'string']], 's': 'orlando', 'i': True}
        if m is None or m.get('st') == 'Removed' or (w.args.old and m['s'] and m['s'][0].isdigit()):
            raise Fail('MESSAGE_METHOD_UNKNOWN', method)
        args = list(params[1:])
        allowed = [p for p in m['p'] if not (w.args.old and len(p) > 2 and str(p[2].get('since', ''))[:1].isdigit())]
        must = [p for p in allowed if len(p) < 3]
        if not len(must) <= len(args) <= len(allowed):
            raise Fail('MESSAGE_PARAMETER_COUNT_MISMATCH', method, len(allowed), len(args))
        for a, p in zip(args, allowed):
            t = p[1]
            ok = (isinstance(a, bool) if t == 'bool' else isinstance(a, (float, int)) if t == 'float' else
                  isinstance(a, list) if t.endswith(' set') else isinstance(a, dict) if t.endswith((' map', ' record')) else
                  (isinstance(a, int) or re.fullmatch(r'-?\d+', str(a))) if t == 'int' else isinstance(a, str) or t == 'datetime')
            if not ok:
                raise Fail('FIELD_TYPE_ERROR', p[0])
        if not asyn:
            return self.run(None, cls, msg, args)
        t = ref()
        with LOCK:
            w.db['task'][t] = {'uuid': str(uuid.uuid4()), 'name_label': method, 'name_description': '', 'allowed_operations': ['cancel'],
                               'current_operations': {}, 'created': now(), 'finished': '19700101T00:00:00Z', 'status': 'pending', 'resident_on': NULL,
                               'progress': 0.0, 'type': '<none/>', 'result': '', 'error_info': [], 'other_config': {}, 'subtask_of': NULL,
                               'subtasks': [], 'backtrace': '()'}
            w.touch('task', t, True)
        threading.Thread(target=self.job, args=(t, cls, msg, args), daemon=True).start()
        return t

    def job(self, t, cls, msg, args):
        upd = {}
        try:
            v = self.run(t, cls, msg, args)
            upd = {'status': 'success', 'result': '<value>%s</value>' % v if v not in (None, '') else ''}
        except Fail as e:
            upd = {'status': 'cancelled' if e.d[0] == 'TASK_CANCELLED' else 'failure', 'error_info': e.d}
        except Exception as e:
            upd = {'status': 'failure', 'error_info': ['INTERNAL_ERROR', repr(e)]}
        with LOCK:
            r = self.w.db['task'].get(t)
            if r is not None:
                r.update(upd, progress=1.0, finished=now(), allowed_operations=[])
                self.w.touch('task', t)

    def run(self, t, cls, msg, args):
        w, name = self.w, cls + '.' + msg
        f = w.faults.get(name)
        impl = getattr(self.api, cls + '_' + msg, None)
        quiet = READ.match(msg)
        try:
            if f and f[1] > 0:
                f[1] -= 1
                if msg not in ('pool_migrate', 'migrate_send'):
                    raise Fail(f[0], *args[:1])
                time.sleep(0.05)
                with LOCK:
                    for h in [h for h, x in w.db['host'].items() if x['name_label'] == w.args.poacher]:
                        w.place(args[0], h)
                    if w.args.deadly:
                        w.place(args[0], NULL, 'Halted')
                raise Fail(f[0], args[0], 'source', 'destination', 'injected') if f[0] == 'VM_MIGRATE_FAILED' else Fail(f[0], args[0])
            v = impl(t, *args) if impl else self.derived(cls, msg, args)
            if not quiet:
                w.write(call=name, args=[a if not isinstance(a, dict) or 'session_id' not in a else {'host': a.get('host')} for a in args], ok=True)
            return '' if v is None else v
        except Fail as e:
            if not quiet:
                w.write(call=name, args=[str(a)[:80] for a in args[:2]], error=e.d)
            raise

    def derived(self, cls, msg, args):
        w = self.w
        if cls not in w.db:
            raise Fail('MESSAGE_METHOD_UNKNOWN', cls + '.' + msg)
        tab, fields = w.db[cls], DM[cls]['fields']
        with LOCK:
            if msg == 'get_all':
                return list(tab)
            if msg == 'get_all_records':
                return copy.deepcopy(tab)
            if msg == 'get_all_records_where':
                out = {}
                for r, x in tab.items():
                    ok = all(str(x.get(a.replace('__', '_'))).lower() == b.lower()
                             for a, b in re.findall(r'field\s+"(\w+)"\s*=\s*"([^"]*)"', args[0]))
                    if ok or args[0] == 'true':
                        out[r] = copy.deepcopy(x)
                return out
            if msg == 'get_record':
                return copy.deepcopy(w.rec(cls, args[0]))
            if msg == 'get_by_uuid':
                for r, x in tab.items():
                    if x.get('uuid') == args[0]:
                        return r
                raise Fail('UUID_INVALID', cls, args[0])
            if msg == 'get_by_name_label':
                return [r for r, x in tab.items() if x.get('name_label') == args[0]]
            for pre in ('get_', 'set_', 'add_to_', 'remove_from_', 'add_', 'remove_'):
                f = msg[len(pre):]
                if msg.startswith(pre) and f in fields:
                    x = w.rec(cls, args[0])
                    if pre == 'get_':
                        t = fields[f]['t']
                        return copy.deepcopy(x.get(f, [] if t.endswith(' set') else {} if t.endswith(' map') else NULL if t.endswith(' ref') else ''))
                    if pre == 'set_':
                        x[f] = args[1]
                    elif pre == 'add_to_':
                        if args[1] in x.setdefault(f, {}):
                            raise Fail('MAP_DUPLICATE_KEY', cls, f, x['uuid'], args[1])
                        x[f][args[1]] = args[2]
                    elif pre == 'remove_from_':
                        x.setdefault(f, {}).pop(args[1], None)
                    elif pre == 'add_' and args[1] not in x.setdefault(f, []):
                        x[f].append(args[1])
                    elif pre == 'remove_' and args[1] in x.get(f, []):
                        x[f].remove(args[1])
                    w.touch(cls, args[0])
                    return ''
        raise Fail('NOT_IMPLEMENTED', cls + '.' + msg)


def esc(s):
    return re.sub(r'[\x00-\x08\x0b\x0c\x0e-\x1f]', '', s).replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;')


def xml(v):
    if isinstance(v, bool):
        return '<value><boolean>%d</boolean></value>' % v
    if isinstance(v, float):
        return '<value><double>%.16g</double></value>' % v
    if isinstance(v, dict):
        return '<value><struct>%s</struct></value>' % ''.join('<member><name>%s</name>%s</member>' % (str(k) if RAW_NAMES else esc(str(k)), xml(x)) for k, x in v.items())
    if isinstance(v, list):
        return '<value><array><data>%s</data></array></value>' % ''.join(map(xml, v))
    v = '' if v is None else str(v)
    if re.fullmatch(r'\d{8}T\d\d:\d\d:\d\dZ', v):
        return '<value><dateTime.iso8601>%s</dateTime.iso8601></value>' % v
    return '<value>%s</value>' % esc(v)


INTS = {(c, f) for c in DM for f, d in DM[c]['fields'].items() if d['t'] == 'int'}


def jsonable(v, cls=None):
    """JSON-RPC view: int fields of records become numbers."""
    if isinstance(v, dict):
        if cls and 'uuid' in v:
            return {k: (int(x) if (cls, k) in INTS and re.fullmatch(r'-?\d+', str(x)) else x) for k, x in v.items()}
        return {k: jsonable(x, cls) for k, x in v.items()}
    return v


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def setup(self):
        super().setup()
        self.server.d.w.write(connected=True)

    def log_message(self, *a):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('content-length') or 0))
        slave = getattr(self.server, 'slave', False)
        try:
            if self.path.startswith('/jsonrpc') and self.server.xml_only:
                return self.reply(404, 'text/html', '<html><body><h1>404 Not found</h1></body></html>')
            if self.path.startswith('/jsonrpc'):
                q = json.loads(body)
                if 'id' not in q or q['id'] is None or 'params' not in q:
                    raise ValueError('Jsonrpc.Malformed_method_request')
                v2 = q.get('jsonrpc') == '2.0'
                try:
                    r = self.server.d.call(q['method'], q['params'], slave)
                    cls = q['method'].replace('Async.', '').split('.')[0]
                    r = jsonable(r, cls)
                    a = {'jsonrpc': '2.0', 'result': r, 'id': q['id']} if v2 else {'result': r, 'error': None, 'id': q['id']}
                except Fail as e:
                    a = ({'jsonrpc': '2.0', 'error': {'code': 1, 'message': e.d[0], 'data': e.d[1:]}, 'id': q['id']} if v2
                         else {'result': None, 'error': e.d, 'id': q['id']})
                return self.reply(200, 'application/json', json.dumps(a))
            params, method = xmlrpc.client.loads(body)
            params = [str(x) if isinstance(x, xmlrpc.client.DateTime) else x for x in params]
            try:
                a = '<value><struct><member><name>Status</name><value>Success</value></member><member><name>Value</name>%s</member></struct></value>' % xml(self.server.d.call(method, params, slave))
            except Fail as e:
                a = '<value><struct><member><name>Status</name><value>Failure</value></member><member><name>ErrorDescription</name>%s</member></struct></value>' % xml(e.d)
            self.reply(200, 'text/xml', '<?xml version="1.0"?><methodResponse><params><param>%s</param></params></methodResponse>' % a)
        except Exception as e:
            self.reply(500, 'text/html', '<html><body><h1>HTTP 500 internal server error</h1>%s</body></html>' % esc(repr(e)))

    def reply(self, code, ctype, text):
        b = text.encode()
        self.server.d.w.write(bytes=len(b))
        self.send_response(code)
        self.send_header('Content-Type', ctype)
        self.send_header('Content-Length', str(len(b)))
        self.end_headers()
        self.wfile.write(b)


def grow(data, hosts, guests, share):
    """Clone the recorded hosts and guests up to the wanted numbers; guests sit on a shared SR, `share` per cent on local ones."""
    def clone(c, r, **k):
        n = ref()
        data[c][n] = copy.deepcopy(data[c][r])
        data[c][n].update(uuid=str(uuid.UUID(int=RND.getrandbits(128), version=4)), **k)
        return n
    hs = list(data['host'])
    srs = [s for s, x in data['SR'].items() if x.get('shared') and x['type'] not in ('iso', 'cslg', 'netapp')]
    while len(data['host']) < hosts:
        src = RND.choice(hs)
        i = len(data['host'])
        h = clone('host', src, name_label='host%d' % i, hostname='host%d' % i, address='127.192.2.%d' % (i + 1), resident_VMs=[])
        m = clone('host_metrics', data['host'][src]['metrics'])
        data['host'][h]['metrics'] = m
        for t, key in (('PBD', 'PBDs'), ('PIF', 'PIFs')):
            data['host'][h][key] = []
            for r in [r for r, x in data[t].items() if x['host'] == src]:
                n = clone(t, r, host=h)
                if t == 'PBD' and not data['SR'][data[t][r]['SR']]['shared']:
                    s = clone('SR', data[t][r]['SR'], PBDs=[n], VDIs=[])
                    data['PBD'][n]['SR'] = s
                elif t == 'PBD':
                    data['SR'][data[t][n]['SR']]['PBDs'].append(n)
                data['host'][h][key].append(n)
    hs = list(data['host'])
    proto = [r for r, v in data['VM'].items() if v['power_state'] == 'Running' and not v['is_control_domain'] and not v['is_a_template']]
    room = {h: int(data['host_metrics'].get(data['host'][h]['metrics'], {}).get('memory_total', 0)) * 0.75 for h in hs}
    n = len(proto)
    while n < guests and proto and srs:
        src = RND.choice(proto)
        mem = RND.choice([256, 512, 512, 1024]) << 20
        fit = [h for h in hs if room[h] > mem * 1.1]
        if not fit:
            break
        h = RND.choice(fit)
        room[h] -= mem * 1.1
        v = clone('VM', src, name_label='guest%03d' % n, resident_on=h, VBDs=[], VIFs=[], memory_dynamic_min=str(mem), memory_dynamic_max=str(mem),
                  memory_static_max=str(mem), memory_target=str(mem), memory_overhead=str(max(12 << 20, mem // 64)), VCPUs_max='1', consoles=[])
        local = [s for s, x in data['SR'].items() if x['type'] in ('lvm', 'ext') and not x.get('shared') and
                 any(data['PBD'][p]['host'] == h for p in x['PBDs'] if p in data['PBD'])]
        sr = RND.choice(local) if local and RND.randrange(100) < share else RND.choice(srs)
        vd = [r for r, x in data['VDI'].items()]
        vdi = clone('VDI', vd[0], SR=sr, VBDs=[], name_label='disk%03d' % n, virtual_size=str(8 << 30), type='user')
        data['SR'][sr]['VDIs'].append(vdi)
        b = clone('VBD', next(iter(data['VBD'])), VM=v, VDI=vdi, type='Disk', empty=False, mode='RW', device='xvda', userdevice='0')
        data['VM'][v]['VBDs'].append(b)
        data['VDI'][vdi]['VBDs'].append(b)
        f = [x for x in data['VM'][src].get('VIFs', [])]
        for r in f[:1]:
            data['VM'][v]['VIFs'].append(clone('VIF', r, VM=v))
        n += 1
    for h in hs:
        data['host'][h]['resident_VMs'] = [r for r, v in data['VM'].items() if v.get('resident_on') == h]


def add_snapshots(data, count, size):
    """Snapshots and a template of recorded guests, each with firmware variables of `size` bytes, as UEFI guests have."""
    proto = next(r for r, v in data['VM'].items() if not v['is_a_template'] and not v['is_control_domain'])
    for i in range(count):
        snap = copy.deepcopy(data['VM'][proto])
        snap.update(uuid=str(uuid.UUID(int=RND.getrandbits(128), version=4)), name_label='snapshot%d' % i, is_a_template=True, is_a_snapshot=i > 0,
                    power_state='Halted', resident_on=NULL, VBDs=[], VIFs=[], NVRAM={'EFI-variables': 'A' * size}, current_operations={})
        data['VM'][ref()] = snap


def main():
    global RND, RAW_NAMES
    p = argparse.ArgumentParser()
    p.add_argument('records')
    p.add_argument('--port', type=int, default=18090)
    p.add_argument('--slave-port', type=int, help='second listener that answers HOST_IS_SLAVE')
    p.add_argument('--master-address')
    p.add_argument('--address', default='127.0.0.1')
    p.add_argument('--tls', action='store_true', help='self-signed certificate, made with openssl; fingerprint is printed')
    p.add_argument('--certificate', help='with --tls: folder with key k and certificate c, instead of new ones')
    p.add_argument('--xml-only', action='store_true', help='no JSON-RPC, as servers before 7.3')
    p.add_argument('--deaf-shutdown', action='store_true', help='guests hear no clean shutdown, and cancelling it has no effect')
    p.add_argument('--raw-names', action='store_true', help='structure member names are not escaped, as xapi does it')
    p.add_argument('--snapshots', help='COUNT:BYTES; so many snapshots, each with so much NVRAM')
    p.add_argument('--poacher', help='HOST; what a fault keeps from migrating is moved there by somebody else')
    p.add_argument('--deadly', action='store_true', help='a guest dies of the fault of its migration')
    p.add_argument('--ejects', action='store_true', help='every CD leaves its drive when disks move, mapped or not')
    p.add_argument('--forgets-ha', action='store_true', help='a start does not protect a guest again')
    p.add_argument('--lazy', action='store_true', help='migrations say success and move nothing')
    p.add_argument('--user', default='root')
    p.add_argument('--password', default='secret')
    p.add_argument('--hosts', type=int, default=0)
    p.add_argument('--guests', type=int, default=0)
    p.add_argument('--local-share', type=int, default=0, help='per cent of cloned guests on local storage')
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--seconds-per-gib', type=float, default=0.2)
    p.add_argument('--session-seconds', type=float, default=86400)
    p.add_argument('--old', action='store_true', help='an old server: no calls or parameters newer than release names')
    p.add_argument('--fault', action='append', help='Class.message=CODE[:times]')
    p.add_argument('--log')
    a = p.parse_args()
    RND = random.Random(a.seed)
    RAW_NAMES = a.raw_names
    data = json.load(open(a.records))
    data.pop('_meta', None)
    for v in data['VM'].values():
        v.setdefault('current_operations', {})
        v.setdefault('scheduled_to_be_resident_on', NULL)
        v['current_operations'] = {}
    grow(data, a.hosts, a.guests, a.local_share)
    if a.snapshots:
        add_snapshots(data, *map(int, a.snapshots.split(':')))
    d = Dispatcher(World(data, a))
    servers = []
    ctx = None
    if a.tls:
        t = a.certificate or tempfile.mkdtemp()
        if not a.certificate: subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '7', '-subj', '/CN=127.0.0.1', '-addext',
                        'subjectAltName=IP:127.0.0.1', '-keyout', t + '/k', '-out', t + '/c'], check=True, stderr=subprocess.DEVNULL)
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ctx.load_cert_chain(t + '/c', t + '/k')
        print(subprocess.check_output(['openssl', 'x509', '-in', t + '/c', '-noout', '-fingerprint', '-sha256'], text=True).strip(), flush=True)
        key = subprocess.check_output(['openssl', 'x509', '-in', t + '/c', '-noout', '-pubkey'])
        der = subprocess.run(['openssl', 'pkey', '-pubin', '-outform', 'der'], input=key, capture_output=True, check=True).stdout
        print('pin: sha256//' + base64.b64encode(hashlib.sha256(der).digest()).decode(), flush=True)
    for port, slave in ((a.port, False), (a.slave_port, True)):
        if port is not None:
            http.server.ThreadingHTTPServer.address_family = socket.AF_INET6 if ':' in a.address else socket.AF_INET
            s = http.server.ThreadingHTTPServer((a.address, port), Handler)
            s.d, s.slave, s.xml_only = d, slave, a.xml_only
            s.daemon_threads = True
            if ctx:
                s.socket = ctx.wrap_socket(s.socket, server_side=True)
            servers.append(s)
    print('replay: %d hosts, %d guests on %s://%s:%d/' % (
        len(data['host']), sum(1 for v in data['VM'].values() if not v['is_a_template'] and not v['is_control_domain']),
        'https' if a.tls else 'http', '[%s]' % a.address if ':' in a.address else a.address, servers[0].server_address[1]), flush=True)
    if len(servers) > 1:
        print('slave: %d' % servers[1].server_address[1], flush=True)
    for s in servers[1:]:
        threading.Thread(target=s.serve_forever, daemon=True).start()
    servers[0].serve_forever()


if __name__ == '__main__':
    main()
