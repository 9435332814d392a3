"""The start page and the pages about the service."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
