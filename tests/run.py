"""Runs the parts of `make check`, `make test`, `make bench` and `make proof`, and ends with what ran and what was skipped."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CI = bool(os.environ.get("CI"))


class Part(NamedTuple):
    """One command of a run."""

    name: str
    command: list[str]


def pytest(name: str, *arguments: str) -> Part:
    """A part that runs tests."""
    return Part(name, [sys.executable, "-m", "pytest", "-rfEs", "--no-header", *arguments])


UNIT = ["tests/architecture/test_house.py", "tests/architecture/test_docs.py", "tests/surveys/test_bands.py"]
UNIT += [f"tests/surveys/test_{name}.py" for name in ("conditions", "dialogues", "fields", "lifecycle", "questions")]
UNIT += [f"tests/analysis/test_{name}.py" for name in ("cube", "dataset", "disclosure", "printing", "scales", "tables")]
"""The quick tests of rules, for `make check`; `make test` runs all there are."""
PARALLEL = ["-n2", "--dist=worksteal"]
ON_DATABASES = [f"tests/{name}" for name in ("architecture", "journeys", "panel", "surveys", "analysis/test_engines.py")]
"""What touches a database; of the analysis only the cube by an engine does."""
CHECKS = [
    Part("lint", [str(BIN / "ruff"), "check", "."]),
    Part("types", [str(BIN / "mypy")]),
    Part("import contracts", [str(BIN / "lint-imports")]),
]
RUNS = {
    "check": [*CHECKS, pytest("unit tests", "-n2", "-m", "not slow and not benchmark", *UNIT)],
    "all": [
        *CHECKS,
        pytest("tests on SQLite", *PARALLEL, "-m", "not benchmark"),
        pytest(
            "tests on PostgreSQL", *PARALLEL, "-m", "not benchmark and not browser", "--database", "postgresql", *ON_DATABASES
        ),
        pytest("benchmarks, short form", "-m", "benchmark"),
    ],
    "bench": [pytest("benchmarks", "-m", "benchmark", "-s", "--long")],
    "proof": [
        pytest("proofs on SQLite", "-m", "slow", "--long"),
        pytest("proofs on PostgreSQL", "-m", "slow", "--long", "--database", "postgresql"),
    ],
}


def has_postgresql() -> bool:
    """Whether the server programs are here."""
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def has_survey() -> bool:
    """Whether R is here with its package survey, which judges our numbers, and MASS, which survey wants for calibration."""
    r, asked = shutil.which("Rscript"), "library(survey); library(MASS)"
    return bool(r) and subprocess.run([r, "-e", asked], capture_output=True, check=False).returncode == 0


TOOLS = {
    "Chromium": (lambda: bool(os.environ.get("CHROMIUM") or shutil.which("chromium")), ["chromium"]),
    "PostgreSQL": (has_postgresql, ["postgresql"]),
    "npm": (lambda: bool(shutil.which("npm")), ["npm"]),
    "R's survey": (has_survey, ["r-cran-survey", "r-cran-mass"]),
    "pdftoppm": (lambda: bool(shutil.which("pdftoppm")), ["poppler-utils"]),
}


LEAN = {"r-cran-survey", "r-cran-mass"}
"""Packages that would recommend half the world."""


def provide_tools() -> list[str]:
    """Under CI install what is missing, or fail; elsewhere say what will be skipped."""
    missing = [name for name, (here, _packages) in TOOLS.items() if not here()]
    if missing and CI:
        wanted = [package for name in missing for package in TOOLS[name][1]]
        lean = [package for package in wanted if package in LEAN]
        packages = [package for package in wanted if package not in LEAN]
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        for only, names in (([], packages), (["--no-install-recommends"], lean)):
            if names:
                install = ["apt-get", "install", "-y", "-qq", *only, *names]
                subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)
        missing = [name for name, (here, _packages) in TOOLS.items() if not here()]
        if missing:
            sys.exit(f"missing although installed: {', '.join(missing)}")
    if shutil.which("npm"):
        _provide_node()
    return missing


def _provide_node() -> None:
    """The HTML validator, from its lock file."""
    folder = ROOT / "tests" / "node"
    if not (folder / "node_modules").exists():
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=False)
        if done.returncode and CI:
            sys.exit("npm could not install the HTML validator")


def main(run: str) -> int:
    """Run the parts one after the other; 0 if all are well."""
    missing = provide_tools() if run != "check" else []
    started, lines, failed = time.monotonic(), [], False
    for part in RUNS[run]:
        print(f"\n== {part.name}", flush=True)
        begun = time.monotonic()
        result, text = _stream(part.command)
        if result and (unsteady := _failed_once(text)):
            print(f"\n== {part.name}: what failed, once more and alone", flush=True)
            result, again = _stream([*_alone(part.command), *unsteady])
            lines += [f"UNSTEADY {name}: failed among the others" for name in unsteady]
            text += again
        counts = re.findall(r"^(?:=+ )?((?:\d+ (?:passed|failed|skipped|error|errors|deselected|xfailed)[, ]*)+)", text, re.M)
        failed |= result != 0
        words = counts[0].strip(", ") if counts else "well"
        lines.append(f"{'FAILED' if result else 'ok':7}{part.name}: {words} ({time.monotonic() - begun:.0f} s)")
        lines += sorted(set(re.findall(r"^SKIPPED .*$", text, re.M)))
    print(f"\n== {run}: {time.monotonic() - started:.0f} s in all")
    print("\n".join(lines))
    if missing:
        print(f"skipped for want of {', '.join(missing)} (install them to run all)")
    print("FAILED" if failed else "all is well")
    return int(failed)


def _failed_once(text: str) -> list[str]:
    """The tests that failed, if they are so few that the machine's pace may be the cause; each is told in the last lines."""
    names = re.findall(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", text, re.M)
    return sorted(set(names)) if len(set(names)) <= 3 else []


def _alone(command: list[str]) -> list[str]:
    """Tests on the same database, without others beside them."""
    database = ["--database", "postgresql"] if "postgresql" in command else []
    return [sys.executable, "-m", "pytest", "-rfEs", "--no-header", *database]


def _stream(command: list[str]) -> tuple[int, str]:
    memory = Path("/dev/shm")  # databases of tests live for seconds; a disk would only slow them
    place = {"TMPDIR": str(memory)} if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**31 else {}
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | place
    )
    text = []
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        text.append(line)
    return process.wait(), "".join(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
