"""Variances of shares of answers that exclude each other, from sums by unit, however many the categories are.

A unit with a sum of weights B, of which T in the category, has the linearised value z = (T - p B) / Σw. Only units with
the category need be gone through one by one; for all others z = -p B / Σw, and what they sum up to is what is left.
"""

import numpy as np
from numpy.typing import NDArray

from analysis.precision.design import ENTRIES, Domains, factors

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
ROUNDING = 1e-12
"""A variance of less than this part of the sum of squares is one of 0, rounded."""


def shares(domains: Domains, codes: Places, weights: Numbers, share: Numbers, weight: Numbers) -> Numbers:
    """Variances of the shares of all categories of each group.

    Parameters
    ----------
    domains
        Those who answered, by group.
    codes, weights
        Category and weight of each row of the domains.
    share, weight
        The shares, shape (groups, categories), and the sums of weights, shape (groups,).

    Returns
    -------
    ndarray
        Shape (groups, categories); NaN and 0 as in ``Domains.variance``.
    """
    shape, size = share.shape, share.size
    design, (units, cells, place) = domains.dataset.design, domains.pieces
    if place is None:
        base, piece, code, inside = weights, np.arange(len(codes)), codes, weights
    else:
        base = np.asarray(np.bincount(place, weights, len(units)), dtype=float)
        piece, code, inside = _by_category(place, codes, weights, shape[1])
    strata, factor = design.stratum(units), factors(design)[0]
    at, ratio = cells[piece] * shape[1] + code, np.nan_to_num(share).ravel()
    each = factor[strata]
    gaps = inside - ratio[at] * base[piece]
    gaps[np.abs(gaps) <= 1e-13 * inside] = 0.0  # as many of the category in the unit as in all, but for rounding
    own = np.bincount(at, each[piece] * gaps**2, size)
    whole = np.repeat(np.bincount(cells, each * base**2, shape[0]), shape[1])
    others = whole - np.bincount(at, each[piece] * base[piece] ** 2, size)
    squares = own + ratio**2 * np.where(others > ROUNDING * whole, others, 0.0)
    between = _between(domains, (cells, strata, base), (piece, code, inside), share)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(weight > 0, 1 / weight**2, np.nan)[:, None] * domains.average
        found = (squares - between).reshape(shape) * scale
        return domains.told(found, ROUNDING * squares.reshape(shape) * scale)


def _by_category(place: Places, codes: Places, weights: Numbers, categories: int) -> tuple[Places, Places, Numbers]:
    """For each unit in each category that it has: the unit, the category and the sum of its weights there."""
    pairs, where = np.unique(place * np.intp(categories) + codes, return_inverse=True)
    return pairs // categories, pairs % categories, np.asarray(np.bincount(where, weights, len(pairs)), dtype=float)


def _between(
    domains: Domains, units: tuple[Places, Places, Numbers], chosen: tuple[Places, Places, Numbers], share: Numbers
) -> Numbers:
    """Σ_h factor/n_h (Σ z)², by which the squares are those about the mean of each stratum; shape (groups · categories,)."""
    design = domains.dataset.design
    (cells, strata, base), (piece, code, inside) = units, chosen
    groups, categories = share.shape
    factor = factors(design)[0] * np.where(design.drawn > 1, 1 / np.maximum(design.drawn, 1), 0.0)
    sums = np.bincount(strata * groups + cells, base, len(factor) * groups).reshape(len(factor), groups, 1)
    step, found, ratio = max(1, ENTRIES // max(share.size, 1)), np.zeros(share.shape), np.nan_to_num(share)
    starts = np.array([0, len(piece)])
    if step < len(factor):
        order = np.argsort(strata[piece], kind="stable")
        piece, code, inside = piece[order], code[order], inside[order]
        starts = np.searchsorted(strata[piece], np.arange(len(factor) + 1))
    for first in range(0, len(factor), step):
        last = min(first + step, len(factor))
        part = slice(starts[first], starts[last] if step < len(factor) else None)
        at = ((strata[piece[part]] - first) * groups + cells[piece[part]]) * categories + code[part]
        totals = np.bincount(at, inside[part], (last - first) * share.size).reshape(last - first, groups, categories)
        found += (factor[first:last, None, None] * (totals - ratio * sums[first:last]) ** 2).sum(axis=0)
    return found.ravel()
