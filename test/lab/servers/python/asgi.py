"""The application that every ASGI server of the lab runs. None of them hands it the client's certificate."""


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = b"payments: ok\n"
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
