"""The register: list, one member, import, composition."""

from flask import Blueprint

blueprint = Blueprint("register", __name__)
