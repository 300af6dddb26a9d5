"""Who may come in: a browser on this machine that knows the token, and no other page in it.

    token   every path begins with it, so that no other program's page can guess an address
    host    a name that a stranger's DNS points at this machine is not ours (DNS rebinding)
    origin  a page from elsewhere may not speak to us through the same browser

The check stands before everything else that is served.
"""

import secrets

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost")
"""What we may be called."""


def new_token() -> str:
    """What nobody can guess: 192 random bits, in letters that an address may hold."""
    return secrets.token_urlsafe(24)


class Gate:
    """Lets in what comes from our own page; an ASGI application around another one.

    What is behind it sees paths without the token.
    """

    def __init__(self, inside: ASGIApp, *, token: str, port: int) -> None:
        """Stand before an application.

        Args:
            inside: What is served to those who may come in.
            token: The first part of every path.
            port: Where we listen, for the names that we may be called.
        """
        self._inside = inside
        self._root = f"/{token}"
        self._hosts = frozenset(f"{host}:{port}" for host in HOSTS)
        self._headers = _headers(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or turn it away without a word about what is inside."""
        if scope["type"] == "lifespan":
            await self._inside(scope, receive, send)
            return
        refused = self.refusal(scope)
        if refused is None:
            await self._inside(self._without_token(scope), receive, self._told(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused})
        else:
            answer = PlainTextResponse(f"{refused}\n", status_code=403, headers=self._headers)
            await answer(scope, receive, send)

    def refusal(self, scope: Scope) -> str | None:
        """Why a request may not come in; None where it may."""
        headers = Headers(scope=scope)
        if headers.getlist("host") == [] or headers.get("host") not in self._hosts:
            return "The studio is only there for this machine."
        origin = headers.get("origin")
        ours = origin is not None and origin in {f"http://{host}" for host in self._hosts}
        # A browser names the origin wherever it matters; only plain reading goes without.
        if not ours and (origin is not None or scope["type"] == "websocket"):
            return "Another page may not speak to the studio."
        first = "/" + scope["path"].lstrip("/").split("/", 1)[0]
        if not secrets.compare_digest(first.encode(), self._root.encode()):
            return "The address needs the token that `inglenook studio` printed."
        return None

    def _without_token(self, scope: Scope) -> Scope:
        path = scope["path"].removeprefix(self._root)
        return {**scope, "path": path, "raw_path": path.encode(), "root_path": ""}

    def _told(self, send: Send) -> Send:
        """Send our headers with every answer."""
        ours = [(name.encode(), value.encode()) for name, value in self._headers.items()]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *ours]}
            await send(message)

        return with_headers


def _headers(port: int) -> dict[str, str]:
    """What tells the browser to take nothing from elsewhere and to give nothing away."""
    sockets = " ".join(f"ws://{host}:{port}" for host in HOSTS)
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {sockets}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{what} {who}" for what, who in policy.items()),
        "permissions-policy": "microphone=(self), camera=(), geolocation=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-store",
    }
