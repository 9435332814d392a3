"""Security headers on every answer, and static files under names that change with their content."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def set_up(app: Flask) -> None:
    """Send the headers with every answer; give templates `static_url`."""
    app.after_request(protect)
    app.jinja_env.globals["static_url"] = static_url


def protect(response: Response) -> Response:
    """Set the headers of ASVS 3.4; personal pages are never stored."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)  # a report brings a narrower one, with the hash of its style
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if current_app.config["HTTPS"]:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and request.args.get("v"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response


def hold_whole(response: Response) -> Response:
    """Read a static file whole, so that it is compressed as well as a page is, and close it in the end."""
    if request.endpoint == "static" and response.is_streamed and response.status_code == 200:
        close = getattr(response.response, "close", None)
        response.direct_passthrough = False
        response.set_data(response.get_data())
        if close is not None:
            response.call_on_close(close)
    return response


def static_url(name: str) -> str:
    """The address of a static file, with a fingerprint of its content."""
    return url_for("static", filename=name, v=_fingerprint(Path(current_app.static_folder or "") / name))


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
