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
    subprocess.run(["npm", "ci", "--ignore-scripts", "--omit=optional", "--silent"], cwd=NODE, check=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            for line in LOCK.read_text(encoding="utf-8").splitlines():
                fetch(*line.split(), Path(folder))
        except Refused as reason:
            print(reason, file=sys.stderr)
            return 1
        (STATIC / "panel.css").write_text(compiled(Path(folder)), encoding="utf-8")
    return 0


def fetch(name: str, version: str, fingerprint: str, folder: Path) -> None:
    """Unpack one package into ``folder/<name>``; refuse any other content than the lock's."""
    done = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    )
    archive = folder / done.stdout.split()[-1]
    found = "sha256:" + hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != fingerprint:
        raise Refused(f"{name} {version} is {found}; {LOCK.name} says {fingerprint}.")
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")
    (folder / "package").rename(folder / name)


def compiled(packages: Path) -> str:
    """The style sheet, compiled from the packages below this folder."""
    sass = [
        "node", NODE / "node_modules" / "sass" / "sass.js", "--quiet-deps", "--style=compressed", "--no-source-map",
        "--no-charset", f"--load-path={packages}", HERE / "panel.scss",
    ]  # fmt: skip
    return subprocess.run(sass, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
