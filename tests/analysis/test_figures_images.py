"""Every kind of chart beside the picture of it that was looked at and found good.

The pictures are compared with ``--mpl`` (in the settings of pytest), and drawn anew with
``pytest tests/analysis/test_figures_images.py --mpl-generate-path=tests/analysis/baseline``: then look at them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from analysis import words as language
from tests.analysis.drawing import EASY, WORDS

FOLDER = Path(__file__).parent / "baseline"


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    """Charts speak Swedish here."""
    language.use(Path(__file__).parents[2] / "panel" / "translations")
    with language.speak("sv"):
        yield


@pytest.mark.parametrize("kind", EASY)
@pytest.mark.mpl_image_compare(baseline_dir="baseline", style="default", savefig_kwargs={"dpi": 72})
def test_a_chart_looks_as_it_did(kind: str) -> Figure:
    return EASY[kind](WORDS)


def test_every_kind_has_its_picture_and_no_picture_is_left_over():
    assert {path.stem for path in FOLDER.glob("*.png")} == {f"test_a_chart_looks_as_it_did_{kind}" for kind in EASY}


def test_pictures_are_compared_in_an_ordinary_run(pytestconfig: pytest.Config):
    assert pytestconfig.getoption("--mpl")
