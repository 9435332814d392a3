"""Answering a survey."""

from flask import Blueprint

from surveys import models  # noqa: F401

blueprint = Blueprint("answering", __name__)
