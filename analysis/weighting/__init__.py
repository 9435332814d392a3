"""Weights: post-stratification, raking and linear calibration on the cell table; response propensity; advice."""

from analysis.weighting.advising import Advice, advice
from analysis.weighting.raking import poststratify, rake
from analysis.weighting.values import CannotWeight, Weights

__all__ = ["Advice", "CannotWeight", "Weights", "advice", "poststratify", "rake"]
