"""A relying party on Python's own ssl and http.server: what OpenSSL does, without a web server around it."""
import argparse
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

parser = argparse.ArgumentParser()
for flag in ("port", "cert", "key", "ca", "verify", "principal", "refusal"):
    parser.add_argument(f"--{flag}", required=flag not in ("principal", "refusal"))
parser.add_argument("--crl", action="store_true", help="the CA file holds revocation lists: judge by them")
options = parser.parse_args()

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_2
context.load_cert_chain(options.cert, options.key)
context.load_verify_locations(options.ca)
context.verify_mode = ssl.VerifyMode[options.verify]
if options.crl:
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN


def admitted(certificate):
    """`certificate` is None or {} where none came: CERT_OPTIONAL lets that through, and the application has to look."""
    names = [value for kind, value in (certificate or {}).get("subjectAltName", ()) if kind == "URI"]
    return options.principal is None or names == [options.principal]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body, headers = 200, b"payments: ok\n", []
        if not admitted(self.connection.getpeercert()):
            status, body, headers = {
                "login": (302, b"", [("Location", "/login")]),
                "soft": (200, b'{"error": "client certificate required"}\n', []),
            }.get(options.refusal, (403, b"forbidden\n", []))
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def finish_request(self, request, client_address):
        """The handshake belongs to the connection's own thread: in accept() one silent client would stop everybody."""
        request.settimeout(10)
        with context.wrap_socket(request, server_side=True) as connection:
            self.RequestHandlerClass(connection, client_address, self)

    def handle_error(self, *_):
        pass


Server(("127.0.0.1", int(options.port)), Handler).serve_forever()
