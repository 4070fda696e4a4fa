"""The live page in Firefox: it agrees with Python, is silent in all modes, and asks for nothing."""

from __future__ import annotations

import pytest

from tests.support.firefox import running
from tests.support.live_gallery import network_of, page_of

PLAY = """
const frame = () => new Promise((done) => requestAnimationFrame(done));
const frames = async () => { await frame(); await frame(); };
const fields = [...document.querySelectorAll(".inputs input[type=text]")];
const field = fields.find((one) => !one.closest(".rows"));
field.value = "0,25";
field.dispatchEvent(new Event("change", { bubbles: true }));
const list = document.querySelector(".chosen select");
list.value = "e0";
list.dispatchEvent(new Event("change", { bubbles: true }));
await frames();
const outputs = document.querySelector(".outputs").textContent;
const slider = document.querySelector(".chosen input[type=range]");
slider.value = Number(slider.value) + 0.125;
slider.dispatchEvent(new Event("input", { bubbles: true }));
const seen = [];
for (const tab of document.querySelectorAll("[role=tab]")) {
  tab.click();
  await frames();
  seen.push(document.querySelector(".panel").textContent.length > 0);
}
document.querySelector("[role=tab]").click();
[...document.querySelectorAll("button")].find((one) => one.textContent === "Undo").click();
await frames();
const foot = document.querySelector(".foot").textContent;
const drawn = document.querySelectorAll(".picture .edge path[d]").length;
return { outputs, seen, foot, drawn, undone: document.querySelector(".outputs").textContent };
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    with running(tmp_path_factory.mktemp("firefox") / "profile") as found:
        yield found


@pytest.mark.parametrize("name", ["deep_state", "iris", "irregular"])
def test_a_page_works_in_firefox(session, tmp_path, name):
    file = tmp_path / "page.html"
    file.write_text(page_of(name, targets=dict.fromkeys(network_of(name).output_names, 1.0)))
    session.events.clear()
    session.open(file.as_uri())
    found = session.run(PLAY)
    assert "Checked" in found["foot"]
    assert all(found["seen"]), found
    assert len(found["seen"]) == 6
    assert found["drawn"] > 0
    assert found["undone"] == found["outputs"]
    assert [entry["text"] for entry in session.told("log.entryAdded")] == []
    urls = {event["request"]["url"] for event in session.told("network.beforeRequestSent")}
    assert {url for url in urls if not url.startswith(("data:", "blob:"))} <= {file.as_uri()}
    if name == "deep_state":
        value = float(network_of(name)({"x": 0.25})[0, 0])
        assert found["outputs"] == f"y = {value:.4g}"
