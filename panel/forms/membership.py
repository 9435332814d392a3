"""The forms of the member's own page."""

from typing import Any

from flask_wtf import FlaskForm

from analysis.words import N_
from panel import addresses
from panel.forms.joining import AboutYou, kept_as
from panel.humans import human_choice
from surveys.fields import Hidden, Input, Radios, Required, Spoken, Tick


class LinkForm(Spoken, FlaskForm):
    """The address to which a link to the member's page goes."""

    email = Input(
        N_("Your email address"),
        [Required(N_("Write the email address that you gave when you joined.")), kept_as(addresses.either)],
        hint=N_("The one that you gave when you joined."),
        autocomplete="email",
        maximum=254,
    )


class EnterForm(Spoken, FlaskForm):
    """The choice that a person makes on the page that the sign-in link opens."""

    enter = human_choice(
        N_("Do you want to open your page?"), N_("Yes, open My page"), N_("No, I did not ask for this")
    )


class DetailsForm(AboutYou):
    """What a member may change at once."""

    stop_reminders = Radios(
        N_("Reminders when I have not answered a survey"),
        [Required(N_("Choose whether you want reminders."))],
        choices=[("no", N_("Yes, at most two for each survey")), ("yes", N_("No reminders"))],
    )

    def details(self) -> dict[str, Any]:
        """What was filled in, as the rules take it."""
        return super().details() | {"stop_reminders": self.stop_reminders.data == "yes"}


class AddressForm(Spoken, FlaskForm):
    """The member's addresses."""

    email = Input(N_("Email"), [kept_as(addresses.email)], kind="email", autocomplete="email", maximum=254)
    mobile = Input(N_("Mobile number"), [kept_as(addresses.mobile)], kind="tel", autocomplete="tel", width=20)


class AddressLinkForm(Spoken, FlaskForm):
    """The choice that a person makes on the page that the link to a new address opens."""

    change = human_choice(
        N_("Shall the panel write to this address from now on?"), N_("Yes, use this address"), N_("No, change nothing")
    )


class AgreeForm(Spoken, FlaskForm):
    """Agreement to a new wording of the consent."""

    consent = Tick(
        N_("I have read the text and agree to it."),
        [Required(N_("Tick the box if you agree to the text."))],
        legend=N_("Your consent"),
    )
    version = Hidden()


class LeaveForm(Spoken, FlaskForm):
    """The choice to leave, with nothing chosen in advance."""

    leave = Radios(
        N_("Do you want to leave the panel?"),
        [Required(N_("Choose yes or no before you go on."))],
        choices=[("yes", N_("Yes, erase my details now")), ("no", N_("No, I stay"))],
    )
