"""What leaves the page: the changed spec, pictures, a link."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deepgraph.explain.text import one_line
from deepgraph.live.document import page
from deepgraph.live.frame import frame
from deepgraph.loading import diagnose, loads
from tests.support.live_gallery import NAMES, SPECS, network_of, page_of
from tests.support.live_page import opened


def downloaded(live, name):
    live.page.locator("summary").click()
    with live.page.expect_download() as found:
        live.page.get_by_role("button", name=name, exact=True).click()
    return Path(found.value.path()).read_bytes(), found.value.suggested_filename


@pytest.mark.parametrize("name", NAMES)
def test_the_downloaded_spec_has_the_values_of_the_page(browser, tmp_path, name):
    network = network_of(name)
    with opened(browser, page_of(name), tmp_path) as live:
        live.page.locator(".chosen optgroup option").first.wait_for(state="attached")
        key = live.page.evaluate("document.querySelector('.chosen optgroup option').value")
        live.choose(key)
        field = live.page.locator(".chosen input[type=text]").first
        if field.count():
            field.fill("-0.1234567890123")
            field.press("Enter")
            live.settle()
        content, file = downloaded(live, "Spec (JSON)")
    assert file == f"{name}.json"
    found = diagnose(content)
    assert found.network is not None, found.problems
    before = (SPECS / file).read_text(encoding="utf-8").splitlines()
    after = content.decode().splitlines()
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= 4
    moved = np.flatnonzero(found.network.parameters.values != network.parameters.values)
    assert found.network.parameters.values[moved].tolist() == [-0.1234567890123] * len(moved) != []


def test_pictures_are_downloaded(browser, tmp_path):
    with opened(browser, page_of("mazur"), tmp_path) as live:
        svg, name = downloaded(live, "Picture (SVG)")
        assert name == "mazur.svg"
        assert b"0.7514" in svg
        assert b"class=" not in svg
        assert b" style=" not in svg
        png, _ = downloaded(live, "Picture (PNG)")
        assert png.startswith(b"\x89PNG")


LONG = "0.1" + "0" * 500 + "7"
HALF = "2." + "0" * 700 + "5e-1"
RATIO = f'"{"1" * 300}/{"3" * 299}"'


@pytest.mark.parametrize("written", [LONG, HALF, RATIO, "-" + "9" * 300 + ".5e-299"])
def test_a_number_of_any_length_is_that_of_python(browser, tmp_path, written):
    """The page reads it from the text of the spec, and leaves it there."""
    text = (
        '{"deepgraph": 1, "nodes": [{"id": "x", "kind": "input"}, {"id": "y", "kind": "output"}],'
        f' "edges": [{{"source": "x", "target": "y", "label": "w", "weight": {written}}}]}}'
    )
    network = loads(text)
    with opened(browser, page(network, text=text, file="net.json"), tmp_path) as live:
        live.choose("e0")
        value = float(live.field("w").input_value().replace("−", "-"))
        assert value == network.parameters.values[0]
        assert "same bits" in live.page.locator(".foot").inner_text()
        content, _ = downloaded(live, "Spec (JSON)")
    assert content.decode() == text


def test_an_image_that_fails_is_told(browser, tmp_path):
    with opened(browser, page_of("xor"), tmp_path) as live:
        live.page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (call) => call(null); }")
        live.page.locator("summary").click()
        live.page.get_by_role("button", name="Picture (PNG)").click()
        live.settle(200)
        assert "could not make the image" in live.page.locator(".menu").inner_text()


def test_a_page_without_an_address_offers_no_link(browser, tmp_path):
    inner = frame("net", "900px", html=page_of("deep_state"))
    host = f"<!DOCTYPE html><title>host</title>{inner}"
    with opened(browser, host, tmp_path) as live:
        inside = live.frame()
        inside.locator("summary").click()
        assert inside.get_by_role("button", name="Spec (JSON)").is_visible()
        assert inside.get_by_role("button", name="Copy a link").count() == 0


def test_a_link_to_a_file_says_where_it_leads(browser, tmp_path):
    permissions = ["clipboard-read", "clipboard-write"]
    with opened(browser, page_of("deep_state"), tmp_path, permissions=permissions) as live:
        live.type("x", "0.125")
        live.page.locator("summary").click()
        live.page.get_by_role("button", name="Copy a link to this state").click()
        live.settle()
        assert "others need the file, too" in live.page.locator(".menu .told").inner_text()
        link = live.page.evaluate("navigator.clipboard.readText()")
        assert link.startswith("file:")
        assert link.endswith("&x=0.125&row=0")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1/3", '"1/3"'),
        ("−2 / 7", '"-2/7"'),
        ("0,1", "0.1"),
        (".1000000000000000001", "0.1000000000000000001"),
        ("+1.e-3", "0.001"),
        ("00.30000000000000000000001", "0.30000000000000000000001"),
    ],
)
def test_a_fraction_that_was_typed_stays_one(browser, tmp_path, typed, written):
    """In the field, the list of changes, a link, and the file."""
    html = page_of("deep_state")
    with opened(browser, html, tmp_path) as live:
        live.choose("e0")
        live.type("w1", typed)
        content, _ = downloaded(live, "Spec (JSON)")
        saved = diagnose(content).network
        assert saved is not None
        assert written in content.decode()
        live.page.keyboard.press("Escape")
        live.choose("n6")
        lines = live.page.locator(".line").evaluate_all("all => all.map((l) => l.dataset.text)")
        state = live.state()
    x = {"x": 0.5}
    told = saved.explain(x, node="h1")
    expected = [one_line(line) for s in told.sections for step in s.steps for line in step.lines]
    assert [line for line in lines if line.startswith(("z(h", "h"))] == [
        line for line in expected if line.startswith(("z(h", "h"))
    ]
    with opened(browser, html, tmp_path, fragment=state) as live:
        live.choose("e0")
        assert live.state().split("&on=")[0] == state.split("&on=")[0]


def test_a_fraction_is_undone_and_redone_as_one(browser, tmp_path):
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.type("x", "1/3")
        assert live.field("x").input_value() == "1/3"
        live.page.get_by_role("button", name="Undo").click()
        live.settle()
        assert live.field("x").input_value() == "0.5"
        live.page.get_by_role("button", name="Redo").click()
        live.settle()
        assert live.field("x").input_value() == "1/3"
        live.page.get_by_role("slider", name="x, slider").press("ArrowRight")
        live.settle()
        assert "/" not in live.field("x").input_value()


def test_the_menu_closes_behind_tab(browser, tmp_path):
    with opened(browser, page_of("deep_state"), tmp_path) as live:
        live.page.locator("summary").click()
        inside = live.page.locator(".menu button")
        for _ in range(inside.count()):
            live.page.keyboard.press("Tab")
            assert inside.first.is_visible()
        live.page.keyboard.press("Tab")
        assert not inside.first.is_visible()


def test_a_field_shows_the_fraction_of_the_file(browser, tmp_path):
    text = (SPECS / "irregular.json").read_text(encoding="utf-8")
    assert '"weight": "1/3"' in text
    with opened(browser, page_of("irregular"), tmp_path) as live:
        live.choose("e7")
        assert live.field("w6").input_value() == "1/3"
        live.type("w6", "0.5")
        assert live.field("w6").input_value() == "0.5"
        live.page.get_by_role("button", name="Undo").click()
        live.settle()
        assert live.field("w6").input_value() == "1/3"
