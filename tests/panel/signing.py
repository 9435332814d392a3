"""Filling in the pages of accounts."""

from typing import Any

from tests.panel import filling
from tests.strict import StrictClient


def fill(client: StrictClient, page: str, action: str = "", **data: Any) -> Any:
    """Fetch ``page`` and send ``data``, to the page itself or to ``action``."""
    return filling.fill(client, page, data, action)
