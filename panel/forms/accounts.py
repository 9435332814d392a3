"""Forms of signing in and of staff accounts: Flask-Security's, with the fields and words of the house."""

from typing import Any

from flask_security import LoginForm
from flask_security.forms import ChangePasswordForm, ForgotPasswordForm, ResetPasswordForm, VerifyForm
from flask_security.utils import validate_redirect_url
from flask_wtf import FlaskForm

from analysis.words import N_, _
from panel import audit, staff
from surveys.db import db
from surveys.fields import Checkboxes, Hidden, Input, Password, Required, Spoken

ROLE_CHOICES = (
    ("administrator", N_("Administrator"), N_("Accounts, settings, the register and the audit log.")),
    ("processledare", N_("Process leader"), N_("Dialogues, surveys, sending and the register.")),
    ("analytiker", N_("Analyst"), N_("Results, tables and charts.")),
    ("presidium", N_("Presidium"), N_("The page for the elected.")),
)
ROLE_WORDS = {code: label for code, label, _hint in ROLE_CHOICES}
assert tuple(ROLE_WORDS) == staff.ROLES


class Nobody:
    """Stands in for an unknown address, so that asking for its password link takes the same steps and time."""

    id = None
    email = ""
    password = "-"  # noqa: S105 (nobody's)
    fs_uniquifier = "-"


def address() -> Input:
    """The field of a member of staff's address."""
    return Input(N_("Email address"), [Required(N_("Write your email address."))], kind="email",
                 autocomplete="username", maximum=254)  # fmt: skip


class Onward:
    """Form mixin: the page to go on to; one that is not ours is passed over."""

    def validate_next(self, field: Any) -> None:
        """Forget an address of somebody else's."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""


class SignInForm(Onward, Spoken, LoginForm):
    """Address and password; every reason to refuse is told in the same words."""

    email = address()
    password = Password(N_("Password"), [Required(N_("Write your password."))], autocomplete="current-password")
    next = Hidden()
    remember = None
    submit = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.password.description = ""

    def validate(self, **options: Any) -> bool:
        """Let in whoever has the right password and is not locked out."""
        if not super(LoginForm, self).validate(**options):
            return False
        self.user = staff.with_password(db.session, self.email.data, self.password.data)  # type: ignore[arg-type]
        if self.user is None:
            person = staff.find(db.session, self.email.data)  # type: ignore[arg-type]
            audit.record("sign_in_refused", "staff", person.id if person else "")
            self.form_errors.append(
                _("The address and the password don't go together, or the account is locked for a while after too many "
                  "attempts. Try again, or ask for a new password.")
            )  # fmt: skip
        return self.user is not None


class PasswordAgainForm(Onward, Spoken, VerifyForm):
    """The password once more, before something sensitive."""

    password = Password(N_("Password"), [Required(N_("Write your password."))], autocomplete="current-password")
    next = Hidden()
    submit = None

    def validate(self, **options: Any) -> bool:
        """Take the password of whoever is signed in."""
        if not super(VerifyForm, self).validate(**options):
            return False
        if staff.with_password(db.session, self.user.email, self.password.data) is None:  # type: ignore[arg-type]
            audit.record("sign_in_refused", "staff", self.user.id)
            self.password.errors = [_("That is not the password of your account, or the account is locked for a while.")]
            return False
        return True


class ForgottenForm(Spoken, ForgotPasswordForm):
    """Whose password is forgotten; an unknown address is answered in the same way."""

    email = address()
    submit = None

    def validate(self, **options: Any) -> bool:
        """Find the account, or let nobody stand in for it."""
        if not super(ForgotPasswordForm, self).validate(**options):
            return False
        person = staff.find(db.session, self.email.data)  # type: ignore[arg-type]
        self.user = person if person and person.active else Nobody()  # type: ignore[assignment]
        return True


def new_password(label: str = N_("New password")) -> Password:
    """The field of a new password."""
    return Password(label, [Required(N_("Write a new password."))], autocomplete="new-password",
                    hint=N_("At least 12 characters. A few words in a row are easy to remember."))  # fmt: skip


class NewPasswordForm(Spoken, ResetPasswordForm):
    """A new password by a mailed link."""

    password = new_password()
    password_confirm = None
    submit = None


class ChangeForm(Spoken, ChangePasswordForm):
    """A new password from whoever knows the old one."""

    password = Password(N_("Your password now"), [Required(N_("Write your password."))], autocomplete="current-password")
    new_password = new_password()
    new_password_confirm = None
    submit = None


class AccountForm(Spoken, FlaskForm):
    """A new account."""

    email = Input(N_("Email address"), [Required(N_("Write the person's email address."))], kind="email", maximum=254,
                  autocomplete="off")  # fmt: skip
    name = Input(N_("Name"), [Required(N_("Write the person's name."))], maximum=100, autocomplete="off")
    roles = Checkboxes(N_("Roles"), [Required(N_("Choose at least one role."))], choices=ROLE_CHOICES)


class RolesForm(Spoken, FlaskForm):
    """The roles of an account."""

    roles = Checkboxes(N_("Roles"), [Required(N_("Choose at least one role."))], choices=ROLE_CHOICES)
