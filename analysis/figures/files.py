"""A chart as a file: SVG that can stand in a page under a strict policy and is read out, and PNG."""

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from xml.etree import ElementTree

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from analysis.figures import lettering
from analysis.figures.house import Words

SVG = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
FONT = "Arial, Helvetica, DejaVu Sans, sans-serif"
RESOLUTION = 200
_drawing = Lock()


@contextmanager
def _settings() -> Iterator[None]:
    """The settings of the drawing library are shared by all threads, so one chart is drawn at a time."""
    with _drawing, rc_context({"svg.fonttype": "none", "svg.hashsalt": "chart"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def png(figure: Figure, words: Words) -> bytes:
    """The chart as a picture of points, with its words inside the file."""
    about = {"Title": lettering.clean(words.title), "Description": lettering.clean(words.description), "Software": None}
    file = io.BytesIO()
    with _settings():
        FigureCanvasAgg(figure).print_figure(file, format="png", dpi=RESOLUTION, metadata=about)
    return file.getvalue()


def svg(figure: Figure, words: Words) -> bytes:
    """The chart as a drawing with title and description, no style attributes and no references out of it."""
    file = io.BytesIO()
    with _settings():
        FigureCanvasSVG(figure).print_figure(
            file, format="svg", dpi=72, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    root = ElementTree.fromstring(file.getvalue())  # noqa: S314 (our own drawing)
    key = "c" + hashlib.sha256(file.getvalue() + repr(words).encode("utf-8", "replace")).hexdigest()[:10]
    _strip(root)
    _rename(root, key)
    _introduce(root, words, key)
    return _write(root).encode()


def _strip(parent: ElementTree.Element) -> None:
    """Drop metadata and style sheets, turn style into attributes of presentation, open groups that say nothing."""
    kept = []
    for child in parent:
        name = child.tag.removeprefix(f"{{{SVG}}}")
        if name in ("metadata", "style"):
            continue
        _strip(child)
        _present(child)
        if name in ("g", "defs") and not (len(child)):
            continue
        if name == "g" and not set(child.attrib) - {"id"}:
            kept += list(child)
        else:
            kept.append(child)
    parent[:] = kept


def _present(element: ElementTree.Element) -> None:
    for rule in element.attrib.pop("style", "").split(";"):
        name, colon, value = (part.strip() for part in rule.partition(":"))
        if name == "font":
            _letters(element, value)
        elif colon and name != "font-family":
            element.set(name, value)
    if re.fullmatch(r"rotate\(-?0[ ,].*\)", element.get("transform", "")):
        del element.attrib["transform"]
    element.attrib.pop("clip-path", None)


def _letters(element: ElementTree.Element, font: str) -> None:
    """The parts of the ``font`` shorthand, which has no attribute of its own."""
    if size := re.search(r"([\d.]+)px", font):
        element.set("font-size", size.group(1))
    if re.search(r"\b(bold|700)\b", font):
        element.set("font-weight", "bold")


def _rename(root: ElementTree.Element, key: str) -> None:
    """Names that no other drawing on the page has, and only where they are pointed at."""
    wanted = {element.get(LINK, "")[1:] for element in root.iter()} - {""}
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name in wanted:
            element.set("id", f"{key}-{name}")
        if target := element.attrib.pop(LINK, ""):
            element.set("href", f"#{key}-{target[1:]}")


def _introduce(root: ElementTree.Element, words: Words, key: str) -> None:
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib |= {"width": "100%", "role": "img", "class": "chart", "font-family": FONT}
    texts = [("title", words.title or words.subtitle or words.description), ("desc", words.description)]
    texts = [(name, text) for name, text in texts if text]
    root.set("aria-labelledby", " ".join(f"{key}-{name}" for name, _text in texts))
    for name, text in reversed(texts):
        element = ElementTree.Element(f"{{{SVG}}}{name}", {"id": f"{key}-{name}"})
        element.text = lettering.clean(text)
        root.insert(0, element)


def _write(root: ElementTree.Element) -> str:
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        element.tail = "\n"
        if not (element.text or "").strip():
            element.text = None
        for name, value in element.attrib.items():
            element.set(name, re.sub(r"(\.\d{2})\d+", r"\1", value) if name in ("d", "x", "y") else value)
    root.set("xmlns", SVG)
    return ElementTree.tostring(root, encoding="unicode")
