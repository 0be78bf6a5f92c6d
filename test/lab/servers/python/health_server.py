"""The standard gRPC health service on grpcio's own TLS (a C core on BoringSSL), which refuses certificates by closing, without a TLS alert.

It knows no CRL and no principals: with --principal the application judges both, and answers 7 (PERMISSION_DENIED).
"""
import argparse
from concurrent import futures

import grpc
from cryptography import x509
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


def read(path):
    with open(path, "rb") as file:
        return file.read()


def revoked_serials(path):
    end = b"-----END X509 CRL-----"
    lists = [part + end for part in read(path).split(end) if part.strip()]
    return {entry.serial_number for each in lists for entry in x509.load_pem_x509_crl(each)}


class Admitting(health.HealthServicer):
    def __init__(self, principal, crl):
        super().__init__()
        self.principal, self.revoked = principal.encode(), revoked_serials(crl)

    def Check(self, request, context):
        facts = context.auth_context()
        serials = [x509.load_pem_x509_certificate(pem).serial_number for pem in facts.get("x509_pem_cert", [])]
        if self.principal not in facts.get("x509_subject_alternative_name", []) or self.revoked.intersection(serials):
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "not admitted")
        return super().Check(request, context)


def main():
    parser = argparse.ArgumentParser()
    for name in ("address", "cert", "key", "ca", "crl", "principal", "service"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--clients", choices=("required", "not-required", "plaintext"), default="required")
    options = parser.parse_args()

    service = Admitting(options.principal, options.crl) if options.principal else health.HealthServicer()
    service.set(options.service, health_pb2.HealthCheckResponse.SERVING)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    health_pb2_grpc.add_HealthServicer_to_server(service, server)
    if options.clients == "plaintext":
        server.add_insecure_port(options.address)
    else:
        pairs = [(read(options.key), read(options.cert))]
        required = options.clients == "required"
        server.add_secure_port(options.address, grpc.ssl_server_credentials(pairs, read(options.ca), required))
    server.start()
    server.wait_for_termination()


main()
