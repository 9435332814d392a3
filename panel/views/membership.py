"""The member's own page."""

from flask import Blueprint

blueprint = Blueprint("membership", __name__)
