"""A chart of ours beside the same bars drawn by matplotlib as its manual says, in one run."""

import io
import time
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from analysis.figures import stacked, svg
from tests.analysis.test_figures import WORDS, scale

pytestmark = pytest.mark.benchmark


def best(draw: Callable[[], object], times: int = 5) -> float:
    """Seconds of the quickest of some runs, after a first one."""
    draw()
    found = []
    for _run in range(times):
        start = time.perf_counter()
        draw()
        found.append(time.perf_counter() - start)
    return min(found)


def by_the_manual() -> None:
    """Ten groups of five stacked bars with a label each, fixed by the constrained layout."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes, left = figure.subplots(), np.zeros(10)
    for number in range(5):
        bars = axes.barh(range(10), 0.2, left=left, label=str(number))
        axes.bar_label(bars, label_type="center")
        left += 0.2
    axes.legend()
    FigureCanvasSVG(figure).print_figure(io.BytesIO(), format="svg")


def test_a_chart_takes_no_longer_than_one_drawn_by_the_manual() -> None:
    ratio = best(lambda: svg(stacked(scale(), WORDS), WORDS)) / best(by_the_manual)
    print(f"ours / matplotlib by its manual: {ratio:.2f}")
    assert ratio <= 1.0
