"""A test client that reads every page as a strict reader would, whatever the test was after."""

import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style", "template"}
OWN_LANGUAGE = {"textarea", "code", "pre", "kbd", "samp"}
ENGLISH = re.compile(
    r"\b(the|and|your|you|please|submit|error|next|previous|back|save|cancel|search|email|password)\b", re.I
)
"""Words that are seen on no Swedish page, except where a test says so."""


class Node:
    """An element: its name, attributes, parent, children."""

    def __init__(self, name: str, attributes: dict[str, str], parent: "Node | None") -> None:
        self.name, self.attributes, self.parent = name, attributes, parent
        self.children: list[Node | str] = []

    def all(self) -> list["Node"]:
        """This element and all below it."""
        return [self, *(node for child in self.children if isinstance(child, Node) for node in child.all())]

    def find(self, *names: str) -> list["Node"]:
        """The elements of these names."""
        return [node for node in self.all() if node.name in names]

    def text(self) -> str:
        """The words inside, as one line."""
        parts = [child if isinstance(child, str) else child.text() for child in self.children]
        return " ".join(" ".join(parts).split())

    def above(self, *names: str) -> "Node | None":
        """The nearest element of these names around this one."""
        node = self.parent
        while node and node.name not in names:
            node = node.parent
        return node


class Reader(HTMLParser):
    """Builds the tree and notes what does not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.now = Node("", {}, None)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> has {name} twice" for name, count in Counter(names).items() if count > 1]
        node = Node(tag, {name: value or "" for name, value in attrs}, self.now)
        self.now.children.append(node)
        if tag not in VOID:
            self.now = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.now.children.append(Node(tag, {name: value or "" for name, value in attrs}, self.now))

    def handle_endtag(self, tag: str) -> None:
        if tag == self.now.name and self.now.parent:
            self.now = self.now.parent
        else:
            self.faults.append(f"</{tag}> closes <{self.now.name}>")

    def handle_data(self, data: str) -> None:
        self.now.children.append(data)


def read(html: str) -> tuple[Node, list[str]]:
    """The tree of a page and the faults in its nesting."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    if reader.now is not reader.root:
        reader.faults.append(f"<{reader.now.name}> is never closed")
    return reader.root, reader.faults


def faults_of(html: str) -> list[str]:
    """Everything a strict reader holds against a page; empty if all is well."""
    root, faults = read(html)
    for look in (_frame, _ids, _names, _groups, _policy, _language):
        faults += look(root)
    return faults


def _frame(root: Node) -> list[str]:
    html, titles, headings = root.find("html"), root.find("title"), root.find("h1")
    main = root.find("main")
    wrong = [
        (not html or not html[0].attributes.get("lang"), "no language"),
        (not [t for t in titles if t.above("head") and t.text()], "no title"),
        (len(headings) != 1, f"{len(headings)} h1: {[h.text() for h in headings]}"),
        (bool(headings) and not headings[0].text(), "an empty h1"),
        (len(main) != 1, f"{len(main)} main"),
    ]
    return [text for is_wrong, text in wrong if is_wrong]


def _ids(root: Node) -> list[str]:
    ids = Counter(node.attributes["id"] for node in root.all() if "id" in node.attributes)
    faults = [f"id {name!r} is used {count} times" for name, count in ids.items() if count > 1]
    for node in root.all():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            missing = [name for name in node.attributes.get(attribute, "").split() if name not in ids]
            faults += [f"{attribute} of <{node.name}> names {name!r}, which is not there" for name in missing]
        href = node.attributes.get("href", "")
        if node.name == "a" and href.startswith("#") and href[1:] and href[1:] not in ids:
            faults.append(f"a link to {href}, which is not there")
    return faults


def _names(root: Node) -> list[str]:
    labelled = {label.attributes.get("for") for label in root.find("label") if label.text()}
    faults = []
    for node in root.find("input", "select", "textarea"):
        if node.attributes.get("type") in ("hidden", "submit", "image"):
            continue
        named = node.attributes.get("id") in labelled or _aria(node) or node.above("label")
        faults += [] if named else [f"no label: {node.name} {node.attributes.get('name')!r}"]
    for node in root.find("a", "button", "summary"):
        pictures = [n for n in node.find("img", "svg") if n.attributes.get("alt") or _aria(n)]
        faults += [] if node.text() or _aria(node) or pictures else [f"a <{node.name}> without words"]
    faults += [
        f"a picture without alt: {n.attributes.get('src')}" for n in root.find("img") if "alt" not in n.attributes
    ]
    return faults


def _aria(node: Node) -> bool:
    return bool(node.attributes.get("aria-label") or node.attributes.get("aria-labelledby"))


def _groups(root: Node) -> list[str]:
    faults = []
    for node in root.find("input"):
        if node.attributes.get("type") not in ("radio", "checkbox"):
            continue
        group = node.above("fieldset")
        legends = (
            [n for n in group.children if isinstance(n, Node) and n.name == "legend" and n.text()] if group else []
        )
        if not legends:
            faults.append(f"no group name: {node.attributes.get('name')!r}")
    return sorted(set(faults))


def _policy(root: Node) -> list[str]:
    faults = []
    for node in root.all():
        faults += [f"<{node.name}> has {name}" for name in node.attributes if name.startswith("on") or name == "style"]
        if node.name == "style" or (node.name == "script" and "src" not in node.attributes):
            faults.append(f"an inline <{node.name}>")
        for name in ("src", "href", "action", "srcset", "poster", "data"):
            address = node.attributes.get(name, "").strip().lower()
            loads = name != "href" or node.name in ("link", "use", "image")
            if loads and (re.match(r"https?:|//|ws", address)):
                faults.append(f"<{node.name}> loads {address}")
            if address.startswith(("javascript:", "vbscript:")):
                faults.append(f"<{node.name}> runs {address}")
        if node.name == "form" and node.attributes.get("method", "").lower() == "post" and not _has_token(node):
            faults.append(f"a form without a CSRF token: {node.attributes.get('action')!r}")
    return faults


def _has_token(form: Node) -> bool:
    return any(node.attributes.get("name") == "csrf_token" for node in form.find("input"))


def _language(root: Node) -> list[str]:
    html = root.find("html")
    if not html or not html[0].attributes.get("lang", "").startswith("sv"):
        return []
    texts = _texts(html[0], "sv")
    faults = [f"English on a Swedish page: {text!r}" for text in texts if ENGLISH.search(text)]
    return faults + [f"not translated: {text!r}" for text in texts if text.strip(" :.") in untranslated()]


def _texts(node: Node, language: str) -> list[str]:
    """The words that are seen or heard in Swedish: texts, labels, alternative texts, buttons' values."""
    language = node.attributes.get("lang", language)
    if node.name in UNSEEN | OWN_LANGUAGE or not language.startswith("sv") or "data-free" in node.attributes:
        return []
    found = [
        node.attributes[name] for name in ("aria-label", "alt", "title", "placeholder") if node.attributes.get(name)
    ]
    for child in node.children:
        found += [" ".join(child.split())] if isinstance(child, str) else _texts(child, language)
    return [text for text in found if text]


@cache
def untranslated() -> frozenset[str]:
    """English messages that have another Swedish wording: none of them may be seen on a Swedish page."""
    folder = Path(__file__).parent.parent / "panel/translations/sv/LC_MESSAGES"
    found = set()
    for path in folder.glob("*.po"):
        with path.open("rb") as file:
            found |= {m.id for m in read_po(file) if isinstance(m.id, str) and m.string and m.string != m.id}
    swedish = {"", "Panel", "System", "Status"}
    return frozenset(text.strip(" :.") for text in found if "%(" not in text) - swedish


class StrictClient(FlaskClient):
    """A browser without scripts that fails the test at the first faulty page."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class, use_cookies=True)

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Fetch, and check what came if it is a page."""
        response = super().open(*args, **kwargs)
        saved = response.headers.get("Content-Disposition", "").startswith("attachment")
        if response.mimetype == "text/html" and not saved and response.status_code not in (301, 302, 303, 307, 308):
            html = response.get_data(as_text=True)
            if response.request.method != "HEAD" and html:
                faults = faults_of(html)
                assert not faults, f"{response.request.path}:\n" + "\n".join(sorted(set(faults)))
        return response
