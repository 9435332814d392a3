"""Staff accounts: signing in, roles."""

from flask import Blueprint, Flask
from flask_security import Security, SQLAlchemyUserDatastore

from panel.models import Role, Staff
from surveys.db import db

blueprint = Blueprint("accounts", __name__)

datastore = SQLAlchemyUserDatastore(db, Staff, Role)


def set_up(app: Flask) -> None:
    """Let staff sign in, through Flask-Security."""
    app.config.update(SECURITY_LOGIN_URL="/logga-in", SECURITY_LOGOUT_URL="/logga-ut", SECURITY_LOGOUT_METHODS=["POST"])
    Security(app, datastore)
