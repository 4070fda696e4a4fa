"""The server of one page: it answers this machine, tells changes, and serves nothing else."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import deepgraph
from deepgraph.errors import FileError, InputError
from deepgraph.live.serve import NEWS, Server

SPECS = Path(deepgraph.__file__).parents[1] / "specs"


@pytest.fixture
def running(tmp_path):
    """A server that runs, the file it looks at, and what its page is."""
    file = tmp_path / "net.json"
    shutil.copy(SPECS / "xor.json", file)
    made = []

    def make():
        made.append(file.read_text(encoding="utf-8"))
        if "broken" in made[-1]:
            raise InputError("a <b>mistake</b>")
        return "<!DOCTYPE html><title>page</title>"

    server = Server(0, make, lambda: [file])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server, file
    server.shutdown()
    thread.join()
    server.server_close()


def ask(server, path="/", **headers):
    port = server.server_address[1]
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    link.putrequest("GET", path, skip_host=True)
    link.putheader("Host", headers.pop("host", f"127.0.0.1:{port}"))
    for name, value in headers.items():
        link.putheader(name, value)
    link.endheaders()
    answer = link.getresponse()
    content = answer.read().decode()
    link.close()
    return answer.status, content


def test_it_serves_the_page_alone(running):
    server, _ = running
    assert ask(server) == (200, "<!DOCTYPE html><title>page</title>")
    for path in ("/net.json", "/../net.json", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/?x"):
        assert ask(server, path)[0] == 404


def test_only_this_machine_is_answered(running):
    server, _ = running
    port = server.server_address[1]
    assert ask(server, host=f"localhost:{port}")[0] == 200
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", ""):
        assert ask(server, host=host)[0] == 403
    assert ask(server, Origin=f"http://127.0.0.1:{port}")[0] == 200
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{port}"):
        assert ask(server, Origin=origin)[0] == 403


def test_a_change_is_told(running):
    server, file = running
    threading.Timer(0.4, lambda: file.write_text("{}", encoding="utf-8")).start()
    started = time.monotonic()
    assert ask(server, NEWS) == (200, "data: changed\n\n")
    assert 0.3 < time.monotonic() - started < 5


def test_a_mistake_in_the_file_is_a_page_that_asks_again(running):
    server, file = running
    file.write_text("broken", encoding="utf-8")
    status, content = ask(server)
    assert status == 200
    assert "a &lt;b&gt;mistake&lt;/b&gt;" in content
    assert 'http-equiv="refresh"' in content


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(FileError, match=f"port {port} cannot be used: .*--port 0"):
            Server(port, str, list)


def test_the_command_serves_and_reloads(browser, tmp_path):
    file = tmp_path / "net.json"
    shutil.copy(SPECS / "xor.json", file)
    command = [sys.executable, "-m", "deepgraph", "live", str(file), "--serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    page, messages = browser.new_page(), []
    try:
        assert process.stderr is not None
        url = process.stderr.readline().split()[0]
        page.on("console", lambda said: messages.append(said.text))
        page.goto(url)
        page.get_by_role("heading", name="XOR with two ReLU nodes").wait_for()
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("XOR with two", "Exclusive or with two"), encoding="utf-8")
        page.get_by_role("heading", name="Exclusive or with two ReLU nodes").wait_for()
        assert not page.locator(".warning").is_visible()
        assert messages == []
    finally:
        page.close()
        process.terminate()
        process.communicate(timeout=20)
