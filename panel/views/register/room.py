"""What the pages of the register share."""

from collections.abc import Mapping

from flask import Blueprint, Response, current_app

from panel.sheets.writing import Kind

blueprint = Blueprint("register", __name__)


def age_groups() -> list[str]:
    """The municipality's age groups, in order."""
    found: list[str] = current_app.config["AGE_GROUPS"]
    return found


def download(data: bytes, kind: Kind, name: str) -> Response:
    """A file to save; browsers are told not to guess what it is, and nobody to keep a copy."""
    headers: Mapping[str, str] = {
        "Content-Disposition": f'attachment; filename="{name}.{kind.extension}"',
        "Cache-Control": "no-store",
    }
    return Response(data, mimetype=kind.mimetype, headers=headers)
