"""Disclosure control: what is hidden so that nobody can find a count of one to four, neither by reading nor by sums.

``conceal`` protects one table with its totals, quickly; ``protect`` all tables of a report together, by integer
programming; ``audit`` tells what a reader with a linear program can find in what is left.
"""

from analysis.cube import Counts, Hidden
from analysis.disclosure.audit import Exposed, audit
from analysis.disclosure.dominance import dominated, together
from analysis.disclosure.flows import MINIMUM, conceal
from analysis.disclosure.joint import Earlier, Past, protect
from analysis.disclosure.lattice import Bands, By, Counted, Lattice, Mask, Numbers, Places, Ring, taking_part
from analysis.disclosure.parts import Classes, Counting, Part
from analysis.disclosure.people import People
from analysis.disclosure.queries import Allowed, Verdict

__all__ = [
    "MINIMUM",
    "Allowed",
    "Bands",
    "By",
    "Classes",
    "Counted",
    "Counting",
    "Counts",
    "Earlier",
    "Exposed",
    "Hidden",
    "Lattice",
    "Mask",
    "Numbers",
    "Part",
    "Past",
    "People",
    "Places",
    "Ring",
    "Verdict",
    "audit",
    "conceal",
    "dominated",
    "protect",
    "taking_part",
    "together",
]
