"""Serves one live page on this machine, and tells it when a file of its network changed.

Nothing but the page and its stream of news is served, so no path can leave a folder. A request must
come from this machine by name, since a page of any site may send one to `localhost`: its `Host` is
checked against rebound names, its `Origin` against other pages.
"""

from __future__ import annotations

import time
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from deepgraph.errors import DeepgraphError, FileError
from deepgraph.files import reason, stamps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOST = "127.0.0.1"
NEWS = "/changed"
"""The path of the stream that says when a file changed."""
SECONDS = 0.2
"""Between two looks at the files."""
BEAT = 50
"""Looks after which a quiet stream sends a blank, so that a reader that is gone is noticed."""


class Server(ThreadingHTTPServer):
    """A server for one page.

    Args:
        port: 0 for any that is free.
        make: makes the page; called for every request, so that it is that of the file now.
        files: gives the files that the page depends on.

    Raises:
        FileError: the port is taken, or may not be used.
    """

    daemon_threads = True

    def __init__(self, port: int, make: Callable[[], str], files: Callable[[], list[Path]]) -> None:
        self.make, self.files = make, files
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise FileError(
                f"port {port} cannot be used: {reason(error)}; --port 0 takes one that is free"
            ) from None

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self.server_address[1]}/"

    @property
    def names(self) -> set[str]:
        """What a browser on this machine calls the server."""
        port = self.server_address[1]
        return {f"{host}:{port}" for host in (HOST, "localhost")}


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "deepgraph", ""

    def do_GET(self) -> None:
        """Answer with the page, its news, or a refusal."""
        names = self.server.names
        origin = self.headers.get("Origin")
        if self.headers.get("Host") not in names or (
            origin is not None and origin.removeprefix("http://") not in names
        ):
            self._answer(HTTPStatus.FORBIDDEN, "text/plain", "only for pages of this machine\n")
        elif self.path == "/":
            self._answer(HTTPStatus.OK, "text/html", self._page())
        elif self.path == NEWS:
            self._tell()
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", "there is only one page, /\n")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the terminal is for messages of deepgraph."""

    def _page(self) -> str:
        try:
            return self.server.make()
        except DeepgraphError as error:  # an editor may have been caught in the middle of writing
            return (
                '<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="1">'
                f"<title>deepgraph</title><h1>deepgraph</h1><pre>{escape(str(error))}</pre>"
            )

    def _answer(self, status: HTTPStatus, kind: str, text: str) -> None:
        content = text.encode("utf-8", "replace")
        self.send_response(status)
        self._head(kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _head(self, kind: str) -> None:
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")

    def _tell(self) -> None:
        """Send a word as soon as a file changes, and end."""
        self.send_response(HTTPStatus.OK)
        self._head("text/event-stream")
        self.end_headers()
        seen, quiet = stamps(self.server.files()), 0
        try:
            while stamps(list(seen)) == seen:
                time.sleep(SECONDS)
                quiet += 1
                if quiet % BEAT == 0:
                    self.wfile.write(b":\n\n")
                    self.wfile.flush()
            self.wfile.write(b"data: changed\n\n")
        except OSError:  # the reader is gone
            self.close_connection = True


def serve(server: Server) -> None:
    """Answer until the user ends it."""
    with server:
        server.serve_forever()
