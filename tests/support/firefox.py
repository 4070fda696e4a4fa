"""Drives Firefox by WebDriver BiDi, which it speaks itself: no driver, no download."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from tests.support.needs import need

PREFERENCES = """
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("app.update.disabledForTesting", true);
"""
SECONDS = 60
"""It may take as long to start, and to answer."""


def firefox():
    """Where it is."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """A session with one tab; `events` are those that it was asked to tell."""

    def __init__(self, loop, socket):
        self.loop, self.socket = loop, socket
        self.number, self.events = 0, []

    def send(self, method, **params):
        """The result of a command."""
        return self.loop.run_until_complete(asyncio.wait_for(self._send(method, params), SECONDS))

    async def _send(self, method, params):
        self.number += 1
        command = {"id": self.number, "method": method, "params": params}
        await self.socket.write_message(json.dumps(command))
        while True:
            told = json.loads(await self.socket.read_message())
            if told.get("id") == self.number:
                assert told["type"] == "success", told
                return told["result"]
            self.events.append(told)

    def open(self, url):
        """Open a page in the tab."""
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]
        self.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.send("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def run(self, body):
        """What a function of JavaScript, written as its body, returns; it may wait."""
        code = f"(async () => JSON.stringify(await (async () => {{{body}}})() ?? null))()"
        found = self.send(
            "script.evaluate", expression=code, target={"context": self.tab}, awaitPromise=True
        )
        assert found["type"] == "success", found.get("exceptionDetails", {}).get("text")
        return json.loads(found["result"]["value"])

    def told(self, name):
        """The parameters of all events of a name."""
        return [event["params"] for event in self.events if event.get("method") == name]


@contextmanager
def running(folder):
    """Firefox with a profile of its own in a folder."""
    program = firefox()
    need(program, "Firefox", "Debian: apt-get install firefox-esr")
    websocket = pytest.importorskip("tornado.websocket")
    folder.mkdir()
    (folder / "user.js").write_text(PREFERENCES, encoding="utf-8")
    command = [program, "--headless", "--remote-debugging-port=0", "--profile", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    loop = asyncio.new_event_loop()
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, b"")
        found = next(
            match for line in lines if (match := re.search(rb"listening on (ws://\S+)", line))
        )

        async def connected():
            return await websocket.websocket_connect(f"{found[1].decode()}/session")

        session = Firefox(loop, loop.run_until_complete(asyncio.wait_for(connected(), SECONDS)))
        session.send("session.new", capabilities={})
        yield session
    finally:
        process.terminate()
        process.wait(SECONDS)
        assert process.stderr is not None
        process.stderr.close()
        loop.close()
