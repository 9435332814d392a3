"""Drawing a sample, inviting, reminding."""

from flask import Blueprint

blueprint = Blueprint("outreach", __name__)
