"""One page on aiohttp, Tornado or cheroot, each with a context of Python's ssl; `wsgi` is the same page for gunicorn."""

import argparse
import ssl

BODY = b"payments: ok\n"


def wsgi(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]


def context(options):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(options.cert, options.key)
    if options.ca:
        made.load_verify_locations(options.ca)
    if options.crl:
        made.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
    made.verify_mode = ssl.VerifyMode[options.verify]
    return made


def aiohttp(options):
    from aiohttp import web

    async def page(_request):
        return web.Response(body=BODY)

    app = web.Application()
    app.router.add_get("/{path:.*}", page)
    web.run_app(app, host=options.host, port=options.port, ssl_context=context(options), print=None, access_log=None)


def tornado(options):
    import asyncio
    import logging

    from tornado import httpserver, web

    class Page(web.RequestHandler):
        def get(self):
            self.finish(BODY)

    logging.disable()

    async def serve():
        server = httpserver.HTTPServer(web.Application([(".*", Page)]), ssl_options=context(options))
        server.listen(options.port, options.host)
        await asyncio.Event().wait()

    asyncio.run(serve())


def cheroot(options):
    from cheroot import wsgi as served
    from cheroot.ssl.builtin import BuiltinSSLAdapter

    # Its third argument is a chain to send, and no CA of clients.
    adapter = BuiltinSSLAdapter(options.cert, options.key, options.ca if options.third else None)
    if not options.third:
        adapter.context = context(options)
    server = served.Server((options.host, options.port), wsgi, server_name="lab")
    server.ssl_adapter = adapter
    server.error_log = lambda *_arguments, **_named: None
    server.start()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--stack", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    for name in ("cert", "key", "ca", "crl"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--verify", default="CERT_NONE")
    parser.add_argument("--third", action="store_true")
    chosen = parser.parse_args()
    {"aiohttp": aiohttp, "tornado": tornado, "cheroot": cheroot}[chosen.stack](chosen)
