"""Filling in a page's form as a person does: fetch it, keep its hidden fields, send it."""

import re
from typing import Any

from tests.strict import StrictClient


def fill(client: StrictClient, page: str, data: dict[str, Any], action: str = "") -> Any:
    """Fetch ``page`` and send ``data`` with its CSRF token, to the page itself or to ``action``."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"{page} holds no form"
    return client.post(action or page, data={"csrf_token": found[1], **data})
