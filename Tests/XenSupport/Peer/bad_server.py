#!/usr/bin/env python3
"""Answers every POST over TLS as no pool should: bad_server.py MODE CERTIFICATE_FOLDER."""
import http.server, json, ssl, sys, time

MODE, FOLDER = sys.argv[1:3]
LOGINS = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *a):
        pass

    def send(self, text, length=None, kind='application/json'):
        body = text.encode()
        self.send_response(200)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        q = json.loads(self.rfile.read(int(self.headers['content-length'])) or b'{}') if self.path == '/jsonrpc' else {}
        login = q.get('method') == 'session.login_with_password'
        if MODE == 'lostlogin':
            LOGINS.append(login)
            if login and LOGINS.count(True) == 1:
                self.close_connection = True
                return
            return self.send(json.dumps({'jsonrpc': '2.0', 'result': 'OpaqueRef:s' if login else {}, 'id': q.get('id')}))
        if MODE == 'onceeach':
            # Each connection answers once, takes the next question, does what it asks and breaks off.
            self.asked = getattr(self, 'asked', 0) + 1
            print('asked: %s' % q.get('method'), flush=True)
            if self.asked > 1:
                self.close_connection = True
                return
            return self.send(json.dumps({'jsonrpc': '2.0', 'result': 'OpaqueRef:s' if login else {}, 'id': q.get('id')}))
        if login and MODE not in ('html', 'mute'):
            return self.send(json.dumps({'jsonrpc': '2.0', 'result': 'OpaqueRef:s', 'id': q.get('id')}))
        if MODE == 'html':
            self.send('<html><body>It works!</body></html>', kind='text/html')
        elif MODE == 'truncated':
            self.send('{"jsonrpc": "2.0", "result": {"a"', 1000)
            self.close_connection = True
        elif MODE == 'halfjson':
            self.send('{"jsonrpc": "2.0", "result": {"a"')
        elif MODE in ('silent', 'mute'):
            time.sleep(30)
        elif MODE == 'endless':
            self.send_response(200)
            self.send_header('Content-Length', str(1 << 30))
            self.end_headers()
            try:
                for _ in range(1 << 10):
                    self.wfile.write(b' ' * (1 << 20))
            except OSError:
                pass


s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
s.daemon_threads = True
c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
c.load_cert_chain(FOLDER + '/c', FOLDER + '/k')
s.socket = c.wrap_socket(s.socket, server_side=True)
print('port: %d' % s.server_address[1], flush=True)
s.serve_forever()
