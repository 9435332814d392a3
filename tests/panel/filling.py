"""Filling in a page's form as a person does: fetch it, keep its hidden fields, send it."""

import re
from typing import Any

from tests.strict import StrictClient


def token_on(client: StrictClient, page: str) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"{page} holds no form"
    return found[1]


def fill(client: StrictClient, page: str, data: dict[str, Any], action: str = "") -> Any:
    """Fetch ``page`` and send ``data`` with its CSRF token, to the page itself or to ``action``."""
    return client.post(action or page, data={"csrf_token": token_on(client, page), **data})


def without_tokens(html: str) -> str:
    """A page but for its CSRF tokens, which hold the second in which they were made."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html)
