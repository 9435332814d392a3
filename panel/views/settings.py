"""Districts, population figures and consent texts."""

from flask import Blueprint

blueprint = Blueprint("settings", __name__)
