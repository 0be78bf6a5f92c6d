"""A relying party on libgnutls itself. `gnutls-serv` does the same, but cannot be kept to loopback: it has no option for the address."""
import argparse
import ctypes
import socketserver

PEM, SERVER, CERTIFICATE_CREDENTIALS, SHUT_WR, PURPOSE = 1, 1, 1, 1, 2
FATAL, BAD_CERTIFICATE, NO_CERTIFICATE_FOUND = 2, 42, -49
REQUESTS = {"ignore": 0, "request": 1, "require": 2}
CLIENT_PURPOSE = ctypes.create_string_buffer(b"1.3.6.1.5.5.7.3.2")
VERSIONS = b"NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3"
HANDSHAKE_TIMEOUT_MS = 10_000
ANSWER = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 13\r\n\r\npayments: ok\n"

parser = argparse.ArgumentParser()
for flag in ("port", "cert", "key", "ca", "crl"):
    parser.add_argument(f"--{flag}", required=True)
parser.add_argument("--request", choices=REQUESTS, required=True)
parser.add_argument("--verify", choices=("no", "chain", "purpose", "late"), required=True)
options = parser.parse_args()

gnutls = ctypes.CDLL("libgnutls.so.30")
gnutls.gnutls_record_recv.restype = gnutls.gnutls_record_send.restype = ctypes.c_ssize_t


class TypedData(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("data", ctypes.c_void_p), ("size", ctypes.c_uint)]


def must(code):
    if code < 0:
        raise OSError(f"libgnutls says {code}")
    return code


credentials = ctypes.c_void_p()
must(gnutls.gnutls_certificate_allocate_credentials(ctypes.byref(credentials)))
must(gnutls.gnutls_certificate_set_x509_key_file(credentials, options.cert.encode(), options.key.encode(), PEM))
must(gnutls.gnutls_certificate_set_x509_trust_file(credentials, options.ca.encode(), PEM))
must(gnutls.gnutls_certificate_set_x509_crl_file(credentials, options.crl.encode(), PEM))
purpose = TypedData(PURPOSE, ctypes.cast(CLIENT_PURPOSE, ctypes.c_void_p), 0)


def configure(session, descriptor):
    must(gnutls.gnutls_priority_set_direct(session, VERSIONS, None))
    must(gnutls.gnutls_credentials_set(session, CERTIFICATE_CREDENTIALS, credentials))
    gnutls.gnutls_certificate_server_set_request(session, REQUESTS[options.request])
    # Without a purpose every certificate of the CA will do; without either call nothing is verified at all. Both refuse whoever brings none.
    if options.verify == "purpose":
        gnutls.gnutls_session_set_verify_cert2(session, ctypes.byref(purpose), 1, 0)
    elif options.verify == "chain":
        gnutls.gnutls_session_set_verify_cert(session, None, 0)
    gnutls.gnutls_handshake_set_timeout(session, HANDSHAKE_TIMEOUT_MS)
    gnutls.gnutls_transport_set_int2(session, descriptor, descriptor)


def shake_hands(session):
    while (code := gnutls.gnutls_handshake(session)) < 0:
        if gnutls.gnutls_error_is_fatal(code):
            gnutls.gnutls_alert_send_appropriate(session, code)
            return False
    return True


def verified_late(session):
    """What a server does that verifies a certificate only if one came: after the handshake, in TLS 1.2 too."""
    status = ctypes.c_uint()
    code = gnutls.gnutls_certificate_verify_peers(session, ctypes.byref(purpose), 1, ctypes.byref(status))
    if code == NO_CERTIFICATE_FOUND or (code >= 0 and status.value == 0):
        return True
    gnutls.gnutls_alert_send(session, FATAL, BAD_CERTIFICATE)
    return False


def converse(session):
    received, buffer = b"", ctypes.create_string_buffer(16384)
    while b"\r\n\r\n" not in received:
        size = gnutls.gnutls_record_recv(session, buffer, ctypes.c_size_t(len(buffer)))
        if size <= 0:
            return
        received += buffer.raw[:size]
    gnutls.gnutls_record_send(session, ANSWER, ctypes.c_size_t(len(ANSWER)))
    gnutls.gnutls_bye(session, SHUT_WR)


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        session = ctypes.c_void_p()
        must(gnutls.gnutls_init(ctypes.byref(session), SERVER))
        try:
            configure(session, self.request.fileno())
            if shake_hands(session) and (options.verify != "late" or verified_late(session)):
                converse(session)
        finally:
            gnutls.gnutls_deinit(session)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass


Server(("127.0.0.1", int(options.port)), Handler).serve_forever()
