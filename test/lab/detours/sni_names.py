"""One port, two names, a client CA each: ssl.SSLContext.sni_callback chooses the context."""

import argparse
import socketserver
import ssl
from http.server import BaseHTTPRequestHandler


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("port", "cert", "key", "strict-ca", "open-ca", "tickets"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()

    def context(ca: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(options.cert, options.key)
        made.load_verify_locations(ca)
        made.verify_mode = ssl.CERT_REQUIRED
        if options.tickets == "off":
            made.num_tickets = 0
            made.options |= ssl.OP_NO_TICKET
        return made

    by_name = {"strict.localhost": context(options.strict_ca), "open.localhost": context(options.open_ca)}
    outer = context(options.strict_ca)

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = by_name.get(name or "", outer)

    outer.sni_callback = choose

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"payments: ok\n")

        def log_message(self, *_: object) -> None:
            pass

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

        def finish_request(self, request, client_address) -> None:
            try:
                request.settimeout(5)
                with outer.wrap_socket(request, server_side=True) as secured:
                    Handler(secured, client_address, self)
            except OSError:
                pass

    with Server(("127.0.0.1", int(options.port)), Handler) as server:
        server.serve_forever()


main()
