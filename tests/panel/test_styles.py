"""The vendored style sheet: what the lock names, compiled from our theme, small."""

import gzip
import io
import re
import shutil
import tarfile
from pathlib import Path

import pytest

from panel.styles import vendor

SHEET = Path("panel/static/panel.css")


@pytest.fixture
def packages() -> Path:
    """The folder of the packages that the sheet is compiled from."""
    folder = vendor.NODE / "node_modules"
    if not shutil.which("node") or not (folder / "sass").exists():
        pytest.skip("compiling the style sheet needs node: npm ci --ignore-scripts --omit=optional in tests/node")
    return folder


def test_the_style_sheet_is_what_our_theme_compiles_to(packages):
    assert vendor.compiled(packages) == SHEET.read_text(encoding="utf-8")


def test_the_style_sheet_is_small():
    assert len(gzip.compress(SHEET.read_bytes(), 6)) <= 12_000


def test_the_style_sheet_asks_no_other_address():
    assert not re.findall(r"url\((?![\"']?data:)[^)]*\)|@import", SHEET.read_text(encoding="utf-8"))


def test_the_lock_names_the_versions_that_the_tests_use():
    lock = (vendor.NODE / "package-lock.json").read_text(encoding="utf-8")
    for line in vendor.LOCK.read_text(encoding="utf-8").splitlines():
        name, version, _ = line.split()
        assert f'"{name}": "{version}"' in (vendor.NODE / "package.json").read_text(encoding="utf-8")
        assert f'"node_modules/{name}"' in lock


def test_the_lock_of_the_tests_names_no_registry():
    assert '"resolved"' not in (vendor.NODE / "package-lock.json").read_text(encoding="utf-8")


def test_a_package_with_other_content_is_refused(tmp_path, monkeypatch):
    def packed(folder: Path, *command: str) -> str:
        with tarfile.open(folder / "evil.tgz", "w:gz") as archive:
            archive.addfile(tarfile.TarInfo("package/index.js"), io.BytesIO())
        return "evil.tgz\n"

    monkeypatch.setattr(vendor, "run", packed)
    with pytest.raises(vendor.Refused, match="sha256"):
        vendor.fetch("govuk-frontend", "6.3.0", "sha256:00", tmp_path)
    assert not (tmp_path / "govuk-frontend").exists()


def test_each_vendored_package_keeps_its_licence():
    for line in vendor.LOCK.read_text(encoding="utf-8").splitlines():
        assert (vendor.LOCK.parent / f"LICENSE.{line.split()[0]}.txt").exists()
