"""Whether database and queue answer."""

from flask import Blueprint

blueprint = Blueprint("health", __name__)
