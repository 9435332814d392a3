"""The form by which somebody joins, and the choice that confirms it."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from analysis.words import N_, _
from panel import addresses, members
from panel.humans import human_choice
from surveys.fields import Choices, Hidden, Input, Radios, Required, Select, Spoken, Tick
from surveys.refusals import Refusal

GENDERS = [
    ("woman", N_("Woman")),
    ("man", N_("Man")),
    ("other", N_("Other")),
    ("undisclosed", N_("I don't want to say")),
]
CHANNELS = {"email": N_("By email"), "sms": N_("By text message to my mobile"), "letter": N_("By letter")}
"""Words for the ways that invitations can go."""


def kept_as(normalise: Callable[[str], str]) -> Callable[[Any, Any], None]:
    """A validator that puts the field's value in the form that is kept, or says why it can't."""

    def validate(form: Any, field: Any) -> None:
        if field.data and not field.errors:
            try:
                field.data = normalise(field.data)
            except Refusal as fault:
                raise ValidationError(str(fault)) from fault

    return validate


def year(text: str) -> str:
    """A year of birth in four digits, of somebody old enough."""
    if not (len(text) == 4 and text.isascii() and text.isdigit()):
        raise Refusal(_("Write the year you were born, with four digits, such as 1987."))
    members.check_birth_year(int(text))
    return text


class AboutYou(Spoken, FlaskForm):
    """What the panel needs to know of a member, besides addresses."""

    birth_year = Input(
        N_("Year of birth"),
        [Required(N_("Write the year you were born.")), kept_as(year)],
        hint=N_("Four digits, such as 1987. You can join in the year you turn 15."),
        inputmode="numeric",
        autocomplete="bday-year",
        width=4,
    )
    gender = Radios(N_("Gender"), [Required(N_("Choose an alternative under Gender."))], choices=GENDERS)
    district = Select(N_("The part of the municipality where you live"), [Required(N_("Choose where you live."))])
    language = Radios(N_("Language of messages and surveys"), [Required(N_("Choose a language."))])
    channel = Radios(N_("How do you want your invitations?"), [Required(N_("Choose how you want your invitations."))])

    def offer(self, districts: Choices, languages: Choices, channels: Iterable[str]) -> None:
        """Set what can be chosen; what has only one alternative is not asked."""
        self.district.choices = list(districts)
        self.language.choices = list(languages)
        self.channel.choices = [(code, _(CHANNELS.get(code, code))) for code in channels]
        for name in ("language", "channel"):
            if len(self[name].choices) == 1:
                self.given[name] = self[name].codes[0]
                del self[name]
        if "channel" not in self and "mobile" in self:
            self.mobile.label.text = _("Mobile number (voluntary)")
            self.mobile.description = _("We can't send text messages yet, so we need your email address.")

    @cached_property
    def given(self) -> dict[str, str]:
        """What was not asked, because there is only one alternative."""
        return {}

    def details(self) -> dict[str, Any]:
        """What was filled in, as the rules take it."""
        fields = [name for name in ("gender", "district", "language", "channel") if name in self]
        return {name: self[name].data for name in fields} | self.given | {"birth_year": int(self.birth_year.data)}


class JoinForm(AboutYou):
    """Everything that joining asks for."""

    email = Input(N_("Email"), [kept_as(addresses.email)], kind="email", autocomplete="email", maximum=254)
    mobile = Input(N_("Mobile number"), [kept_as(addresses.mobile)], kind="tel", autocomplete="tel", width=20)
    consent = Tick(
        N_("I have read the text and agree to it."),
        [Required(N_("Tick the box if you agree to the text. Without it you can't join."))],
        legend=N_("Your consent"),
    )
    version = Hidden()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then that there is an address for the way chosen."""
        valid: bool = super().validate(extra_validators)
        if not self.email.errors and not self.mobile.errors:
            valid = self._reachable() and valid
        return valid

    def _reachable(self) -> bool:
        channel = self.channel.data if "channel" in self else self.given["channel"]
        if "channel" not in self and not self.email.data:
            self.email.errors = [_("Write your email address. We send the link there.")]
        elif not self.email.data and not self.mobile.data:
            self.email.errors = [_("Write an email address or a mobile number.")]
        elif channel == "email" and not self.email.data:
            self.email.errors = [_("Write your email address, or choose text messages.")]
        elif channel == "sms" and not self.mobile.data:
            self.mobile.errors = [_("Write your mobile number, or choose email.")]
        return not self.email.errors and not self.mobile.errors

    def read(self, version: int) -> bool:
        """Whether the text that was read is the one in force; if not, the reader is asked to read again."""
        if self.version.data != str(version):
            self.consent.errors = [_("The text has got a new wording. Please read it and tick the box again.")]
            self.consent.data = False
        return not self.consent.errors

    def details(self) -> dict[str, Any]:
        """What was filled in, addresses too."""
        return super().details() | {"email": self.email.data, "mobile": self.mobile.data}


PAGE_ORDER = ("email", "mobile", "channel", "language", "birth_year", "gender", "district", "consent")


class ConfirmForm(Spoken, FlaskForm):
    """The choice that a person makes on the page that the mailed link opens."""

    join = human_choice(
        N_("Do you want to join the panel?"), N_("Yes, I want to join"), N_("No, it was not me who asked")
    )
