"""The presidium's pages."""

from flask import Blueprint

blueprint = Blueprint("presidium", __name__)
