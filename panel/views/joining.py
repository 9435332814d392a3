"""Joining the panel, and confirming it."""

from flask import Blueprint

blueprint = Blueprint("joining", __name__)
