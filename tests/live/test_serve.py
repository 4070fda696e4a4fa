"""The server of one page: it answers this machine, tells changes, and serves nothing else."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import deepgraph
from deepgraph.errors import FileError, InputError
from deepgraph.live.serve import NEWS, PICTURE, Server, hosts

SPECS = Path(deepgraph.__file__).parents[1] / "specs"


@pytest.fixture
def running(tmp_path):
    """A server that runs, the file it looks at, and what its page is."""
    file = tmp_path / "net.json"
    shutil.copy(SPECS / "xor.json", file)
    made = []

    def make(news):
        assert news.startswith(NEWS)
        made.append(file.read_text(encoding="utf-8"))
        if "broken" in made[-1]:
            raise InputError("a <b>mistake</b>")
        return "<!DOCTYPE html><title>page</title>"

    server = Server(0, make, lambda: [file], lambda: ("image/png", b"\x89PNG"))
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
        assert ask(server, path)[0] == 404, path


def test_only_this_machine_is_answered(running):
    server, _ = running
    port = server.server_address[1]
    assert ask(server, host=f"localhost:{port}")[0] == 200
    assert ask(server, host=f"LocalHost:{port}")[0] == 200
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", ""):
        assert ask(server, host=host)[0] == 403
    assert ask(server, Origin=f"http://127.0.0.1:{port}")[0] == 200
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{port}"):
        assert ask(server, Origin=origin)[0] == 403


def test_a_change_is_told(running):
    server, file = running
    threading.Timer(0.4, lambda: file.write_text("{}", encoding="utf-8")).start()
    started = time.monotonic()
    assert ask(server, NEWS + server.state()) == (200, "data: changed\n\n")
    assert 0.3 < time.monotonic() - started < 15


def test_a_change_between_the_page_and_its_stream_is_told(running):
    """Also one while the page is being made: it is of the state before."""
    server, file = running
    make, news = server.make, []

    def slow(path):
        news.append(path)
        page = make(path)
        file.write_text("{}", encoding="utf-8")
        return page

    server.make = slow
    ask(server)
    started = time.monotonic()
    assert ask(server, news[0]) == (200, "data: changed\n\n")
    assert time.monotonic() - started < 5


def test_files_that_cannot_be_named_are_those_of_before(running):
    """A spec in the middle of being written does not say on which files it depends."""
    server, file = running
    state = server.state()

    def broken():
        raise InputError("half a file")

    server.files = broken
    assert server.state() == state
    file.write_text("{}", encoding="utf-8")
    assert server.state() != state


def test_a_reader_who_goes_away_leaves_no_trace(running, capfd):
    """Neither in the middle of a page nor of the news."""
    server, file = running
    server.make = lambda news: "x" * 20_000_000
    port = server.server_address[1]
    for path in ("/", NEWS + server.state()):
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
            link.recv(100)
    time.sleep(0.3)
    file.write_text("{}", encoding="utf-8")
    time.sleep(0.6)
    assert capfd.readouterr().err == ""


def test_the_usual_port_of_http_has_no_number():
    assert hosts(80) == {"127.0.0.1", "localhost"}
    assert hosts(8765) == {"127.0.0.1:8765", "localhost:8765"}


def test_port_80_is_served():
    try:
        server = Server(80, lambda news: "<p>page</p>", list)
    except FileError:
        pytest.skip("this user may not take port 80, or it is taken")
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            assert server.url == "http://127.0.0.1/"
            for host in ("localhost", "127.0.0.1"):
                assert ask(server, host=host, Origin=f"http://{host}")[0] == 200
            assert ask(server, host="evil.example")[0] == 403
        finally:
            server.shutdown()
            thread.join()


def test_a_picture_is_served_with_its_type(running):
    server, _ = running
    port = server.server_address[1]
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    link.request("GET", f"{PICTURE}?1")
    answer = link.getresponse()
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.read() == b"\x89PNG"
    link.close()


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


@pytest.mark.parametrize("suffix", ["svg", "png", "html"])
def test_a_picture_that_is_watched_is_shown_anew(browser, tmp_path, suffix):
    """`render --watch --open`: a browser shows each new picture."""
    file, launched = tmp_path / "net.json", tmp_path / "launched"
    shutil.copy(SPECS / "xor.json", file)
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" > {launched}\n', encoding="utf-8")
    opener.chmod(0o755)
    picture = tmp_path / f"net.{suffix}"
    command = [sys.executable, "-m", "deepgraph", "render", file, "-o", picture]
    process = subprocess.Popen(
        [*map(str, command), "--watch", "--open"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
    )
    page, messages, loaded = browser.new_page(), [], []
    try:
        assert process.stderr is not None
        url = process.stderr.readline().split()[0]
        for _ in range(100):
            if launched.exists() and launched.read_text(encoding="utf-8"):
                break
            time.sleep(0.05)
        assert launched.read_text(encoding="utf-8").strip() == url
        page.on("console", lambda said: messages.append(said.text))
        page.on("response", lambda answer: loaded.append((answer.status, answer.url)))
        page.goto(url)
        page.wait_for_timeout(500)
        first = [entry for entry in loaded if PICTURE in entry[1]]
        assert [status for status, _ in first] == [200]
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"relu"', '"tanh"'), encoding="utf-8")
        for _ in range(100):
            page.wait_for_timeout(100)
            shown = [entry for entry in loaded if PICTURE in entry[1]]
            if len(shown) > len(first):
                break
        assert len(shown) > len(first)
        assert messages == []
    finally:
        page.close()
        process.terminate()
        process.communicate(timeout=20)
