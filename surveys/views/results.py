"""Results: tables, charts, exports."""

from flask import Blueprint

blueprint = Blueprint("results", __name__)
