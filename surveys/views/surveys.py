"""Surveys: the questionnaire, opening, closing, publishing."""

from flask import Blueprint

blueprint = Blueprint("surveys", __name__)
