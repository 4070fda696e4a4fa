"""Serves one page on this machine, and tells it when a file that it depends on changed.

Nothing but the page, its picture and its stream of news is served, so no path can leave a folder. A
request must come from this machine by name, since a page of any site may send one to `localhost`:
its `Host` is checked against rebound names, its `Origin` against other pages.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from contextlib import suppress
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from deepgraph.errors import DeepgraphError, FileError
from deepgraph.files import reason, stamps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Served = tuple[str, bytes]
    """What is served: its media type and its content."""

HOST = "127.0.0.1"
NEWS = "/changed?since="
"""The path of the stream that says when a file changed since a state, which follows."""
PICTURE = "/picture"
"""The path of a picture that a page shows."""
SECONDS = 0.2
"""Between two looks at the files."""
BEAT = 50
"""Looks after which a quiet stream sends a blank, so that a reader that is gone is noticed."""


def hosts(port: int) -> set[str]:
    """What a browser on this machine may call a server; the usual port of HTTP has no number."""
    return {f"{host}:{port}" if port != 80 else host for host in (HOST, "localhost")}


class Server(ThreadingHTTPServer):
    """A server for one page.

    Args:
        port: 0 for any that is free.
        make: makes the page, given the path of the news about it; called for every request, so that
            it is that of the files now.
        files: gives the files that the page depends on.
        picture: makes a picture that the page shows, and its media type; `None` for a page without.

    Raises:
        FileError: the port is taken, or may not be used.
    """

    daemon_threads = True

    def __init__(
        self,
        port: int,
        make: Callable[[str], str],
        files: Callable[[], list[Path]],
        picture: Callable[[], Served] | None = None,
    ) -> None:
        self.make, self.files, self.picture = make, files, picture
        self.seen: list[Path] = []
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise FileError(
                f"port {port} cannot be used: {reason(error)}; --port 0 takes one that is free"
            ) from None

    @property
    def url(self) -> str:
        """The address of the page."""
        (name,) = (name for name in hosts(self.server_address[1]) if name.startswith(HOST))
        return f"http://{name}/"

    def state(self) -> str:
        """A text that differs whenever the files do."""
        # A spec in the middle of being written names no files; those of before are looked at.
        with suppress(DeepgraphError):
            self.seen = self.files()
        found = sorted((str(path), stamp) for path, stamp in stamps(self.seen).items())
        return hashlib.sha256(repr(found).encode("utf-8", "replace")).hexdigest()[:16]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a reader who went away in the middle of an answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "deepgraph", ""

    def do_GET(self) -> None:
        """Answer with the page, its picture, its news, or a refusal."""
        names = hosts(self.server.server_address[1])
        origin = self.headers.get("Origin")
        if self.headers.get("Host", "").lower() not in names or (
            origin is not None and origin.removeprefix("http://") not in names
        ):
            self._answer(HTTPStatus.FORBIDDEN, "text/plain", b"only for pages of this machine\n")
        elif self.path == "/":
            self._answer(HTTPStatus.OK, "text/html", self._page().encode("utf-8", "replace"))
        elif self.path.partition("?")[0] == PICTURE and self.server.picture is not None:
            self._answer(HTTPStatus.OK, *self._picture())
        elif self.path.startswith(NEWS):
            self._tell(self.path.removeprefix(NEWS))
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"there is only one page, /\n")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the terminal is for messages of deepgraph."""

    def _page(self) -> str:
        state = self.server.state()  # of before, so that no change falls between page and stream
        try:
            return self.server.make(NEWS + state)
        except DeepgraphError as error:  # an editor may have been caught in the middle of writing
            return mistake(error)

    def _picture(self) -> Served:
        assert self.server.picture is not None
        try:
            return self.server.picture()
        except DeepgraphError as error:
            return "text/html", mistake(error).encode("utf-8", "replace")

    def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        self._head(kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _head(self, kind: str) -> None:
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        self.send_header("Content-Type", kind + charset)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")

    def _tell(self, since: str) -> None:
        """Send a word as soon as the files are no longer those of a state, and end."""
        self.send_response(HTTPStatus.OK)
        self._head("text/event-stream")
        self.end_headers()
        quiet = 0
        while self.server.state() == since:
            time.sleep(SECONDS)
            quiet += 1
            if quiet % BEAT == 0:
                self.wfile.write(b":\n\n")
                self.wfile.flush()
        self.wfile.write(b"data: changed\n\n")


def picture_page(title: str, kind: str, news: str) -> str:
    """A page that shows `PICTURE`, as large as it is, and loads it anew when it changed."""
    since = news.removeprefix(NEWS)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" '
        'content="width=device-width">\n<meta name="color-scheme" content="light dark">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n'
        "<style>body{margin:0}object{display:block;margin:auto;max-width:100%}"
        'object:not([type^="image"]){width:100%;height:100vh}</style>\n'
        f'<object data="{PICTURE}?{since}" type="{kind}" aria-label="{escape(title)}"></object>\n'
        f"<script>new EventSource({json.dumps(news)}).onmessage = () => "
        "location.reload()</script>\n"
    )


def mistake(error: DeepgraphError) -> str:
    """A page with a message, which asks again after a while."""
    return (
        '<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="1">'
        f"<title>deepgraph</title><h1>deepgraph</h1><pre>{escape(str(error))}</pre>"
    )


def serve(server: Server) -> None:
    """Answer until the user ends it."""
    with server:
        server.serve_forever()
