"""Staff accounts: signing in, the own account, who has one and what it opens."""

from typing import Any

from flask import Blueprint, Flask, flash, has_request_context, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, user_logged_out
from flask_security import PasswordUtil, Security, SQLAlchemyUserDatastore
from flask_security.signals import (
    password_changed,
    password_reset,
    reset_password_instructions_sent,
    user_authenticated,
)

from analysis import words
from analysis.words import N_, _
from panel import audit, delivery, navigation, passwords, staff
from panel.forms.accounts import (
    ROLE_WORDS,
    AccountForm,
    ChangeForm,
    ForgottenForm,
    NewPasswordForm,
    PasswordAgainForm,
    RolesForm,
    SignInForm,
)
from panel.models import Role, Staff
from surveys.db import db

blueprint = Blueprint("accounts", __name__)
own = Blueprint("own_account", __name__)
"""The pages of one's own account."""

SETTINGS: dict[str, Any] = {
    "LOGIN_URL": "/logga-in",
    "LOGOUT_URL": "/logga-ut",
    "RESET_URL": "/glomt-losenord",
    "CHANGE_URL": "/byt-losenord",
    "VERIFY_URL": "/bekrafta-losenord",
    "LOGOUT_METHODS": ["POST"],
    "POST_LOGIN_VIEW": "own_account.start",
    "POST_VERIFY_VIEW": "own_account.start",
    "POST_CHANGE_VIEW": "own_account.index",
    "POST_RESET_VIEW": "security.login",
    "POST_LOGOUT_VIEW": "security.login",
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "SEND_PASSWORD_RESET_EMAIL": False,
    "SEND_PASSWORD_CHANGE_EMAIL": False,
    "SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
    "RETURN_GENERIC_RESPONSES": False,  # our forms' own answers are the same for all, and still name an empty field
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 19456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },  # OWASP's first choice for argon2id: 19 MiB, two passes, one lane
    "PASSWORD_LENGTH_MIN": passwords.SHORTEST,
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "CACHE_CONTROL": None,
    "MSG_PASSWORD_RESET_REQUEST": (
        N_("If the address has an account, a message with a link is on its way to it. Look in your mail."),
        "success",
    ),
    "MSG_PASSWORD_RESET_EXPIRED": (N_("The link is too old. Ask for a new one here."), "error"),
    "MSG_INVALID_RESET_PASSWORD_TOKEN": (N_("The link has been used or is not whole. Ask for a new one here."), "error"),
    "MSG_PASSWORD_RESET_NO_LOGIN": (N_("Your new password is set. Sign in with it."), "success"),
    "MSG_PASSWORD_CHANGE": (N_("Your password is changed. You have been signed out everywhere else."), "success"),
    "MSG_INVALID_PASSWORD": (N_("That is not the password of your account."), "error"),
    "MSG_PASSWORD_IS_THE_SAME": (N_("The new password is the same as the old one. Choose another one."), "error"),
    "MSG_REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. Go on with what you were doing."), "success"),
    "MSG_INVALID_REDIRECT": (N_("The address to go on to is not one of ours."), "error"),
}
"""Flask-Security's settings, without their prefix."""


class Accounts(SQLAlchemyUserDatastore):  # type: ignore[misc]  # flask-security has no types
    """Flask-Security's way to the accounts; the request's own end commits, never a view."""

    def commit(self) -> None:
        """Write, in the running transaction."""
        self.db.session.flush()


class Passwords(PasswordUtil):  # type: ignore[misc]  # flask-security has no types
    """Our rules for passwords."""

    def validate(self, password: str, is_register: bool, **more: Any) -> tuple[list[str] | None, str]:
        """What is wrong with a password, and the password as it is kept."""
        person = more.get("user")
        near = (person.email.split("@")[0], *person.name.split()) if person else ()
        return passwords.faults(password, near) or None, self.normalize(password)


class Spoken:
    """Flask-Security's messages in the reader's language."""

    @staticmethod
    def gettext(text: str, **values: Any) -> str:
        """One message."""
        return words._(text) % values if values else words._(text)


datastore = Accounts(db, Staff, Role)


def set_up(app: Flask) -> None:
    """Let staff sign in, through Flask-Security."""
    app.config.update({f"SECURITY_{name}": value for name, value in SETTINGS.items()})
    security = Security(
        app,
        datastore,
        login_form=SignInForm,
        verify_form=PasswordAgainForm,
        forgot_password_form=ForgottenForm,
        reset_password_form=NewPasswordForm,
        change_password_form=ChangeForm,
        password_util_cls=Passwords,
    )
    app.add_url_rule("/aterstall/<token>", "security.reset_password", methods=["GET", "POST"])
    security.want_json(lambda request: False)
    security.i18n_domain = Spoken()  # type: ignore[assignment]
    app.jinja_env.globals["_fsdomain"] = Spoken.gettext
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    reset_password_instructions_sent.connect(_link_asked_for, app)
    password_reset.connect(_password_set, app)
    password_changed.connect(_password_set, app)
    audit.name_actor(_who)
    audit.watch()


def _who() -> str:
    if current_user and current_user.is_authenticated:
        return f"staff:{current_user.id}"
    return "member" if has_request_context() and "member" in session else ""


def _signed_in(app: Flask, user: Staff, **more: Any) -> None:
    audit.record("signed_in", "staff", user.id)


def _signed_out(app: Flask, user: Staff, **more: Any) -> None:
    """End every session of whoever signs out, so that a copied cookie is worth nothing."""
    if request.endpoint == "security.logout":
        staff.end_sessions(user)
        audit.record("signed_out", "staff", user.id)


def _link_asked_for(app: Flask, user: Any, **more: Any) -> None:
    """Put the message into the outbox; the same is written down for an address that nobody has."""
    audit.record("asked_for_password_link", "staff", user.id or "")
    if user.id:
        _mail(user, "staff_password")


def _password_set(app: Flask, user: Staff, **more: Any) -> None:
    with audit.acting_as(f"staff:{user.id}"):
        staff.password_was_set(user)
        audit.record("set_password", "staff", user.id)
        _mail(user, "staff_password_changed")


def _mail(person: Staff, template: str) -> None:
    """Put a message into the outbox; its link, if any, is made when it is sent."""
    delivery.put(db.session, template, person.email, staff_id=person.id)  # type: ignore[arg-type]


@own.get("/")
def index() -> ResponseReturnValue:
    """Who one is here, and the ways to a new password and out."""
    return render_template("panel/accounts/own.html", roles=_roles(current_user))


@own.get("/start")
def start() -> ResponseReturnValue:
    """Go to the first page that one's role opens."""
    doors = navigation.entries(current_user, "")
    return redirect(doors[0].href if doors else url_for("own_account.index"))


@blueprint.get("/")
def people() -> ResponseReturnValue:
    """Everybody who has an account."""
    found = staff.people(db.session)  # type: ignore[arg-type]
    return render_template("panel/accounts/people.html", people=[(person, _roles(person)) for person in found])


@blueprint.route("/nytt", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Make an account; its owner gets a link by mail."""
    form = AccountForm()
    if form.validate_on_submit():
        try:
            person = staff.add(db.session, form.email.data, form.roles.data, form.name.data)  # type: ignore[arg-type]
        except staff.CannotChangeAccount as fault:
            form.email.errors = [str(fault)]
        else:
            _mail(person, "staff_password")
            flash(_("The account is made. A link to set a password is on its way."), "success")
            return redirect(url_for("accounts.people"))
    return render_template("panel/accounts/add.html", form=form)


@blueprint.route("/<int:number>", methods=["GET", "POST"])
def change(number: int) -> ResponseReturnValue:
    """See an account and give it other roles."""
    person = _person(number)
    form = RolesForm(data={"roles": [role.name for role in person.roles]})
    if form.validate_on_submit():
        try:
            staff.change_roles(db.session, person, form.roles.data)  # type: ignore[arg-type]
        except staff.CannotChangeAccount as fault:
            form.roles.errors = [str(fault)]
        else:
            flash(_("The roles are changed. The person has been signed out and signs in again."), "success")
            return redirect(url_for("accounts.people"))
    return render_template("panel/accounts/person.html", form=form, person=person, locked=staff.is_locked(person))


@blueprint.post("/<int:number>/stang")
def close(number: int) -> ResponseReturnValue:
    """Close an account."""
    try:
        staff.deactivate(db.session, _person(number))  # type: ignore[arg-type]
    except staff.CannotChangeAccount as fault:
        flash(str(fault), "error")
        return redirect(url_for("accounts.change", number=number))
    flash(_("The account is closed. The person has been signed out."), "success")
    return redirect(url_for("accounts.people"))


@blueprint.post("/<int:number>/oppna")
def reopen(number: int) -> ResponseReturnValue:
    """Open a closed account; its owner gets a link by mail."""
    person = _person(number)
    staff.reactivate(person)
    _mail(person, "staff_password")
    flash(_("The account is open again. A link to set a password is on its way."), "success")
    return redirect(url_for("accounts.change", number=number))


@blueprint.post("/<int:number>/lank")
def link(number: int) -> ResponseReturnValue:
    """Send a link to set a password once more."""
    person = _person(number)
    if person.active:
        audit.record("sent_password_link", "staff", person.id)
        _mail(person, "staff_password")
        flash(_("A link to set a password is on its way."), "success")
    return redirect(url_for("accounts.change", number=number))


def _person(number: int) -> Staff:
    return db.get_or_404(Staff, number)


def _roles(person: Any) -> str:
    return ", ".join(_(ROLE_WORDS.get(role.name, role.name)) for role in person.roles)
