"""Fetch govuk-frontend, check it against vendor.lock and compile ``panel.css``: ``make vendor``."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static"
LOCK = STATIC / "vendor" / "vendor.lock"
NODE = HERE.parent.parent / "tests" / "node"


class Refused(Exception):
    """What was fetched is not what the lock names."""


def main() -> int:
    """Fetch, check, compile, keep the licence."""
    if not shutil.which("npm"):
        print("npm is needed to fetch and compile the style sheet; nothing else needs it.", file=sys.stderr)
        return 1
    run(NODE, "npm", "ci", "--ignore-scripts", "--omit=optional", "--silent")
    with tempfile.TemporaryDirectory() as folder:
        try:
            for line in LOCK.read_text(encoding="utf-8").splitlines():
                name, version, fingerprint = line.split()
                fetch(name, version, fingerprint, Path(folder))
        except Refused as reason:
            print(reason, file=sys.stderr)
            return 1
        (STATIC / "panel.css").write_text(compiled(Path(folder)), encoding="utf-8")
    return 0


def fetch(name: str, version: str, fingerprint: str, folder: Path) -> None:
    """Unpack one package into ``folder/<name>``; refuse any other content than the lock's."""
    archive = folder / run(folder, "npm", "pack", "--silent", f"{name}@{version}").split()[-1]
    found = "sha256:" + hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != fingerprint:
        raise Refused(f"{name} {version} is {found}; {LOCK.name} says {fingerprint}.")
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    (folder / "package").rename(folder / name)


def compiled(packages: Path) -> str:
    """The style sheet, compiled from the packages below this folder."""
    options = ["--quiet-deps", "--style=compressed", "--no-source-map", "--no-charset", f"--load-path={packages}"]
    return run(HERE, "node", str(NODE / "node_modules" / "sass" / "sass.js"), *options, "panel.scss")


def run(folder: Path, *command: str) -> str:
    """What the command prints; its failure is ours."""
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 (fixed commands)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
