"""A real browser, and the gates that every page of members and of the public has to pass."""

import json
import logging
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import CDPSession, Page
from werkzeug.serving import make_server

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (320, 390, 768, 1280)
NODE = Path(__file__).parent / "node"
SCRIPTS = Path(__file__).parent / "gates.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, or the one that CHROMIUM names; no other browser is fetched."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}: install Chromium or set CHROMIUM")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application at an address of its own while the block runs."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check_page(page: Page, minimum: float = 44, widths: tuple[int, ...] = WIDTHS) -> None:
    """All gates on the page as it stands; the viewport is as before when it is done."""
    size, html = page.viewport_size, page.content()
    faults = [
        *axe(page, widths),
        *every_choice_has_a_group_name(page),
        *control_borders(page),
        *hit_boxes(page, minimum),
        *no_sideways_scroll(page),
        *html_validate(html),
    ]
    if size:
        page.set_viewport_size(size)
    assert not faults, f"{page.url}:\n" + "\n".join(dict.fromkeys(faults))


def axe(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """What axe-core finds, best practice included, at each width."""
    page.evaluate(Axe().axe_script)
    faults = []
    for width in widths:
        _widen(page, width)
        found = page.evaluate("options => axe.run(options).then(found => found.violations)", OPTIONS)
        faults += [f"axe at {width} px: {rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    return faults


def every_choice_has_a_group_name(page: Page) -> list[str]:
    """Radios and checkboxes whose group says nothing in the accessibility tree."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    choices = [node for node in nodes.values() if _role(node) in ("radio", "checkbox")]
    return [f"no group name: {_name(node)!r}" for node in choices if not _group(node, nodes)]


def _role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def _name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", ""))


def _group(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    while node.get("parentId"):
        node = nodes[node["parentId"]]
        if _role(node) in ("group", "radiogroup"):
            return _name(node)
    return ""


def control_borders(page: Page, least: float = 3.0) -> list[str]:
    """Controls whose border stands out less than 3:1 from what is behind it."""
    found = _run(page, "borders")
    return [f"border {each['ratio']:.2f}:1 of {each['what']}" for each in found if each["ratio"] < least]


def hit_boxes(page: Page, minimum: float = 44, width: int = 390) -> list[str]:
    """Controls and standalone links that a finger misses; links in running text are exempt, as in WCAG 2.5.8."""
    _widen(page, width)
    boxes = [each for each in _run(page, "boxes") if min(each["width"], each["height"]) < minimum - 0.5]
    return [f"hit box {each['width']:.0f}×{each['height']:.0f} of {each['what']}" for each in boxes]


def no_sideways_scroll(page: Page, width: int = 320) -> list[str]:
    """What sticks out to the right at 320 px, and at 640 px with text twice as large."""
    _widen(page, width)
    faults = [f"wider than {width} px: {what}" for what in _run(page, "sticksOut")]
    _widen(page, 640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    faults += [f"wider than 640 px at 200 % text: {what}" for what in _run(page, "sticksOut")]
    page.evaluate("document.documentElement.style.fontSize = ''; document.documentElement.removeAttribute('style')")
    return faults


def html_validate(*pages: str) -> list[str]:
    """What html-validate holds against these pages; skipped aloud without node."""
    said = [message for html in pages for message in _judged(html)]
    return [f"html-validate: {each['ruleId']}: {each['message']} ({each.get('selector')})" for each in said]


def _judged(html: str) -> list[dict[str, Any]]:
    judge = _judge()
    assert judge.stdin is not None
    assert judge.stdout is not None
    print(json.dumps(html), file=judge.stdin, flush=True)
    line = judge.stdout.readline()
    assert line, "html-validate ended"
    found: list[dict[str, Any]] = json.loads(line)
    return found


@cache
def _judge() -> subprocess.Popen[str]:
    """One process for all pages of a run; it ends with its input."""
    if not shutil.which("node") or not (NODE / "node_modules" / "html-validate").exists():
        pytest.skip("html-validate needs node: npm ci --ignore-scripts --omit=optional in tests/node")
    return subprocess.Popen(
        ["node", NODE / "validate.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


class Wire:
    """How many bytes came over the wire, headers and redirects included."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0.0
        self.requests = 0
        self.addresses: list[str] = []
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)

    def _sent(self, event: dict[str, Any]) -> None:
        self.requests += 1
        self.addresses.append(event["request"]["url"])
        self.bytes += event.get("redirectResponse", {}).get("encodedDataLength", 0)

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


def bytes_of(page: Page) -> Wire:
    """Count from here on: ``wire = bytes_of(page)``, go places, read ``wire.bytes``."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    return Wire(session)


def _widen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})


def _run(page: Page, function: str) -> Any:
    return page.evaluate(SCRIPTS.read_text(encoding="utf-8") + f"\n;{function}()")
