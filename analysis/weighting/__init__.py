"""Weights: post-stratification, raking and linear calibration on the cell table; response propensity; advice."""

from analysis.weighting.advising import Advice, advice
from analysis.weighting.calibrating import calibrate
from analysis.weighting.cubes import RakedCube, rake_cube
from analysis.weighting.raking import poststratify, rake
from analysis.weighting.representing import Representativity, representativity
from analysis.weighting.responding import Propensity, propensity
from analysis.weighting.values import CannotWeight, Weights

__all__ = [
    "Advice",
    "CannotWeight",
    "Propensity",
    "RakedCube",
    "Representativity",
    "Weights",
    "advice",
    "calibrate",
    "poststratify",
    "propensity",
    "rake",
    "rake_cube",
    "representativity",
]
