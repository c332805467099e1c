"""A receiver of notifications that records every request, and hangs, refuses or lies as the path says.

Prints its port; writes a JSON object a line to the file it is given: method, path, headers, body.
  /ok  /status/NNN  /flaky/N (fails N times, then takes)  /hang  /cut (closes without an answer)  /garbage (no HTTP)
  /endless (200, and a body without end)  /redirect (to /ok)
"""
import http.server, json, sys, threading

RECORD = open(sys.argv[1], "a", buffering=1)
LOCK = threading.Lock()
SEEN = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with LOCK:
            RECORD.write(json.dumps({"path": self.path, "headers": dict(self.headers), "body": body.decode()}) + "\n")
            SEEN[self.path] = SEEN.get(self.path, 0) + 1
            count = SEEN[self.path]
        words = self.path.strip("/").split("/")
        if words[0] == "ok":
            self.answer(200)
        elif words[0] == "status":
            self.answer(int(words[1]))
        elif words[0] == "flaky":
            self.answer(200 if count > int(words[1]) else 503)
        elif words[0] == "redirect":
            self.send_response(302)
            self.send_header("Location", "/ok")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif words[0] == "cut":
            self.close_connection = True
        elif words[0] == "garbage":
            self.wfile.write(b"hello, who is there?\r\n\r\n")
            self.close_connection = True
        elif words[0] == "hang":
            threading.Event().wait()
        elif words[0] == "endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                self.close_connection = True

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
