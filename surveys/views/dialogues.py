"""Dialogues, as the public sees them."""

from flask import Blueprint

blueprint = Blueprint("dialogues", __name__)
