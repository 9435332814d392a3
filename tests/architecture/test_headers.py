"""Every answer carries the security headers, and no page asks another host for anything."""

import re
from pathlib import Path

import pytest

from tests import factories, furniture
from tests.architecture.test_access import browser, rules

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
OUTSIDE = re.compile(
    r"""(?:src|srcset|action|formaction|poster|data)\s*=\s*["']\s*(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import"""
)
LOADED = re.compile(r"""<link\b[^>]*href=["'](?:https?:)?//""")
INLINE = re.compile(r"""<script(?![^>]*\bsrc=)[^>]*>|<style|\son[a-z]+\s*=\s*["']|\sstyle\s*=\s*["']|javascript:""", re.I)


@pytest.fixture
def rooms(app, work) -> furniture.Furniture:
    """Something in every room."""
    with work() as session:
        return furniture.furnish(app, session)


def faults(answer, path: str) -> list[str]:
    """What is wrong with the headers and the body of an answer."""
    headers, policy = answer.headers, answer.headers.get("Content-Security-Policy", "")
    found = [f"{name} is {headers.get(name)}" for name, value in EXPECTED.items() if headers.get(name) != value]
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy or "form-action 'self'" not in policy:
        found.append(f"policy is {policy!r}")
    if "unsafe" in policy or "*" in policy or "http" in policy:
        found.append(f"policy lets in {policy!r}")
    if "static" not in path and headers.get("Cache-Control") != "no-store":
        found.append(f"kept: {headers.get('Cache-Control')}")
    if answer.mimetype == "text/html":
        found += [f"{name}: {match[0]}" for name, pattern in (("outside", OUTSIDE), ("outside", LOADED), ("inline", INLINE))
                  for match in [pattern.search(answer.text)] if match]  # fmt: skip
    return [f"{path} {answer.status_code}: {fault}" for fault in found]


@pytest.mark.parametrize("name", ["Ingen", *factories.CAST])
def test_every_address_answers_with_the_headers(app, rooms, name):
    wrong: list[str] = []
    for rule in rules(app):
        if "GET" in rule.methods:
            path = rooms.address(rule)
            wrong += faults(browser(app, name).get(path), path)
    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/finns-inte"), ("GET", "/logga-ut"), ("POST", "/logga-in"), ("OPTIONS", "/"), ("GET", "/static/finns-inte")],
)
def test_errors_carry_the_headers_too(client, method, path):
    answer = client.open(path, method=method)
    assert [fault for fault in faults(answer, path) if "kept" not in fault or answer.status_code < 400] == []


def test_static_files_carry_the_headers_and_ask_no_other_host(app, client):
    for path in sorted(Path(app.static_folder).rglob("*")):
        if path.suffix in {".css", ".js", ".svg"}:
            address = f"/static/{path.relative_to(app.static_folder)}"
            with client.get(address) as answer:
                assert faults(answer, address) == []
                assert not re.search(r"""url\(\s*["']?(?:https?:)?//|@import\s|import\s*\(?["']https?:""", answer.text), address
