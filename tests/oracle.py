"""R's `survey` package as the judge of our numbers: a script in, named numbers out."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

PRELUDE = """
suppressPackageStartupMessages(library(survey))
options(digits = 17, warn = 1)
say <- function(name, x) {
  x <- unlist(x)
  for (i in seq_along(x)) cat(sprintf("%s\\t%d\\t%.17g\\n", name, i, as.numeric(x[i])))
}
"""
"""A script calls ``say("name", numbers)`` for each thing it tells."""


@cache
def missing() -> str:
    """Why R can't be asked; empty if it can."""
    if not shutil.which("Rscript"):
        return "Rscript is not installed"
    tried = subprocess.run(["Rscript", "-e", "library(survey); library(MASS)"], capture_output=True, check=False)
    return "R lacks survey or MASS (Debian: r-cran-survey, r-cran-mass)" if tried.returncode else ""


def require() -> None:
    """Skip where R is missing; fail where it has to be there."""
    if missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing())


def ask(script: str) -> dict[str, list[float]]:
    """The numbers that a script says, by name, in order."""
    require()
    done = subprocess.run(["Rscript", "-e", PRELUDE + script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, list[float]] = {}
    for line in done.stdout.splitlines():
        name, _place, value = line.split("\t")
        told.setdefault(name, []).append(float(value.replace("Inf", "inf").replace("NA", "nan")))
    return told


def published(name: str, folder: Path) -> pd.DataFrame:
    """One of the package's own data sets of Californian schools: "apistrat", "apiclus1", "apiclus2", "apisrs", "apipop"."""
    require()
    path = folder / f"{name}.csv"
    script = f'suppressPackageStartupMessages(library(survey)); data(api); write.csv({name}, "{path}", row.names=FALSE)'
    subprocess.run(["Rscript", "-e", script], check=True, capture_output=True)
    return pd.read_csv(path, dtype={"cds": str})
