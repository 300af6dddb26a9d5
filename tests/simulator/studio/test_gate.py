"""Nobody comes in but this machine's own browser with the token."""

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from device.errors import ConfigError
from simulator.studio.gate import Gate, new_token
from simulator.studio.server import bound

PORT = 8123
TOKEN = "right"
OURS = f"http://127.0.0.1:{PORT}"
HOST = {"host": f"127.0.0.1:{PORT}"}
"""The test client names another host for sockets."""


async def _page(request: Request) -> Response:
    return PlainTextResponse(f"inside at {request.url.path}")


async def _socket(connection: WebSocket) -> None:
    await connection.accept()
    await connection.send_text("inside")
    await connection.close()


def gate() -> Gate:
    routes = [Route("/", _page), Route("/main.js", _page), WebSocketRoute("/socket", _socket)]
    return Gate(Starlette(routes=routes), token=TOKEN, port=PORT)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(gate(), base_url=OURS) as client:
        yield client


def test_the_token_opens_the_page_and_its_files(client: TestClient) -> None:
    page = client.get(f"/{TOKEN}/")
    file = client.get(f"/{TOKEN}/main.js", headers={"origin": OURS})

    assert (page.status_code, page.text) == (200, "inside at /")
    assert file.text == "inside at /main.js"


@pytest.mark.parametrize("path", ["/", "/main.js", "/wrong/", "/righ/", "/right2/"])
def test_without_the_token_nothing_is_told(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 403
    assert "inside" not in answer.text


@pytest.mark.parametrize(
    "host",
    ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:9", f"127.0.0.1.e:{PORT}"],
)
def test_a_name_that_points_here_from_outside_is_refused(client: TestClient, host: str) -> None:
    assert client.get(f"/{TOKEN}/", headers={"host": host}).status_code == 403


def test_localhost_is_ours_too(client: TestClient) -> None:
    assert client.get(f"/{TOKEN}/", headers={"host": f"localhost:{PORT}"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9", ""])
def test_a_page_from_elsewhere_is_refused(client: TestClient, origin: str) -> None:
    assert client.get(f"/{TOKEN}/", headers={"origin": origin}).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(f"/{TOKEN}/socket", headers={**HOST, "origin": origin}),
    ):
        pass
    assert refused.value.code == 1008
    assert "Another page" in refused.value.reason


@pytest.mark.parametrize(
    ("path", "headers", "says"),
    [
        (f"/{TOKEN}/socket", HOST, "Another page"),
        ("/wrong/socket", {**HOST, "origin": OURS}, "token"),
        (f"/{TOKEN}/socket", {"host": "evil.example", "origin": OURS}, "only there for this"),
    ],
)
def test_a_socket_needs_origin_token_and_host(
    client: TestClient, path: str, headers: dict[str, str], says: str
) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(path, headers=headers),
    ):
        pass

    assert says in refused.value.reason


def test_our_own_page_may_open_a_socket(client: TestClient) -> None:
    headers = {**HOST, "origin": OURS}
    with client.websocket_connect(f"/{TOKEN}/socket", headers=headers) as connection:
        assert connection.receive_text() == "inside"


def test_every_answer_keeps_the_browser_from_loading_or_telling_anything_elsewhere(
    client: TestClient,
) -> None:
    for answer in (client.get(f"/{TOKEN}/"), client.get("/")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "*" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


@given(
    path=st.text(max_size=30).map(lambda text: f"/{text}"),
    host=st.sampled_from(["evil.example", f"127.0.0.1:{PORT}"]) | st.text(max_size=20),
    origin=st.none() | st.sampled_from([OURS, "https://evil.example"]),
    kind=st.sampled_from(["http", "websocket"]),
)
def test_whatever_comes_is_let_in_only_with_all_three(
    path: str, host: str, origin: str | None, kind: str
) -> None:
    headers = [(b"host", host.encode("latin-1", "replace"))]
    headers += [] if origin is None else [(b"origin", origin.encode())]
    scope: Scope = {"type": kind, "path": path, "headers": headers}

    let_in = gate().refusal(scope) is None

    right_path = path.lstrip("/").split("/")[0] == TOKEN
    right_origin = origin == OURS or (origin is None and kind == "http")
    assert let_in == (right_path and host == f"127.0.0.1:{PORT}" and right_origin)


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(50)}

    assert len(tokens) == 50
    assert all(len(token) >= 32 for token in tokens)


def test_only_this_machine_is_listened_to() -> None:
    with bound(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_a_port_that_somebody_has_is_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=f"--port {port}: "):
            bound(port)
    with pytest.raises(ConfigError, match="--port 99999"):
        bound(99_999)
