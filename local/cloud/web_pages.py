"""Keeps web pages out of MiniStack, which obeys whoever reaches it: it runs functions as the user, and asks for no signature.

A page that the user visits can send requests to 127.0.0.1. Its browser adds headers that no program sends and no page can
leave out; a page whose name was made to lead here (DNS rebinding) is found by that name. The same rule keeps pages out of
the emulator, in local/emulator/core/web-pages.ts.
"""

import json
import re

FROM_A_BROWSER = {b"origin", b"referer", b"sec-fetch-site"}
OWN_HOST = re.compile(rb"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.IGNORECASE)


def without_web_pages(app):
    """The ASGI application, but 403 for every request that a web page has sent, whatever it is for."""

    async def guarded(scope, receive, send):
        if scope["type"] == "lifespan":
            return await app(scope, receive, send)
        reason = objection(scope.get("headers", []))
        if reason is None:
            return await app(scope, receive, send)
        if scope["type"] == "websocket":
            # Before it is accepted, a WebSocket that is closed is answered 403.
            return await send({"type": "websocket.close"})
        body = json.dumps({"__type": "AccessDeniedException", "message": f"The local cloud answers no web page: {reason}."}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return guarded


def objection(headers) -> str | None:
    for name, _ in headers:
        if name.lower() in FROM_A_BROWSER:
            return f"the request has the header {name.decode('latin-1')}, which only browsers send"
    hosts = [value for name, value in headers if name.lower() == b"host"]
    if len(hosts) != 1 or not OWN_HOST.fullmatch(hosts[0]):
        return "its Host is not 127.0.0.1 or localhost"
    return None
