"""The service's own words for every message that it sends, in every language through the catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.words import N_, _, speak


@dataclass(frozen=True)
class Wording:
    """What a message says, with placeholders; a paragraph that is only the link becomes a button."""

    subject: str
    body: str
    button: str = ""


WORDINGS: Mapping[str, Wording] = {
    "invitation": Wording(
        N_("{titel}: what do you think?"),
        N_(
            "Hello!\n\n"
            "{kommun} asks you, as a member of the citizen panel, to answer a survey: {titel}.\n\n"
            "It takes about {minuter} minutes. The last day to answer is {sista_dag}.\n\n{länk}\n\n"
            "The link is yours alone, so do not pass it on. Nobody can see what you answer, only whether "
            "you have answered."
        ),
        N_("Go to the survey"),
    ),
    "reminder_1": Wording(
        N_("Reminder: {titel}"),
        N_(
            "Hello!\n\n"
            "We have not received your answer to the survey {titel}. You can still answer, until {sista_dag}.\n\n"
            "It takes about {minuter} minutes.\n\n{länk}\n\nYour answer is as important as everybody else's."
        ),
        N_("Go to the survey"),
    ),
    "reminder_2": Wording(
        N_("Last reminder: {titel}"),
        N_(
            "Hello!\n\n"
            "This is the last time we remind you of the survey {titel}. You can answer until {sista_dag}.\n\n"
            "{länk}\n\n"
            "If you do not want to answer, you need not do anything."
        ),
        N_("Go to the survey"),
    ),
    "confirm": Wording(
        N_("Confirm that you want to join the panel"),
        N_(
            "Hello!\n\n"
            "Somebody, we hope you, has asked to join the citizen panel of {kommun} with this address.\n\n"
            "{länk}\n\n"
            "The link works for seven days. If it was not you, you need not do anything. Then nothing is saved."
        ),
        N_("Confirm that I want to join"),
    ),
    "already_member": Wording(
        N_("You are already a member of the panel"),
        N_(
            "Hello!\n\n"
            "Somebody, we hope you, has asked to join the citizen panel of {kommun} with this address. "
            "The address is already in the panel, so nothing has been changed.\n\n"
            "On My page you see your details.\n\n{länk}"
        ),
        N_("Go to My page"),
    ),
    "sign_in": Wording(
        N_("Your link to My page"),
        N_(
            "Hello!\n\n"
            "Here is the link to your page in the citizen panel of {kommun}.\n\n{länk}\n\n"
            "The link works for ten minutes, and only once. If you have not asked for it, you need not do anything."
        ),
        N_("Go to My page"),
    ),
    "change_address": Wording(
        N_("Confirm your new address"),
        N_(
            "Hello!\n\n"
            "You want the citizen panel of {kommun} to write to this address from now on.\n\n{länk}\n\n"
            "The link works for one day. If it was not you, you need not do anything."
        ),
        N_("Confirm the address"),
    ),
    "goodbye": Wording(
        N_("You have left the panel"),
        N_(
            "Hello!\n\n"
            "You have left the citizen panel of {kommun}. Your details have been erased.\n\n"
            "Thank you for taking part. You are welcome back at any time."
        ),
    ),
    "address_notice": Wording(
        N_("Your address in the panel is about to change"),
        N_(
            "Hello!\n\n"
            "Somebody, we hope you, wants the citizen panel of {kommun} to write to another address from now on.\n\n"
            "If it was not you, sign in to My page and look at your details.\n\n{länk}"
        ),
        N_("Go to My page"),
    ),
    "new_consent": Wording(
        N_("The text that you have agreed to has a new wording"),
        N_(
            "Hello!\n\n"
            "You are a member of the citizen panel of {kommun}. The text that members agree to has a new wording. "
            "You get no more invitations until you have read it and agreed to it on My page.\n\n{länk}\n\n"
            "If you do not want to be a member any more, you can leave the panel there."
        ),
        N_("Go to My page"),
    ),
    "staff_password_changed": Wording(
        N_("Your password has been changed"),
        N_(
            "Hello!\n\n"
            "The password of your account in the citizen panel of {kommun} has just been changed.\n\n"
            "If it was not you, tell the panel's administrator at once."
        ),
    ),
    "staff_password": Wording(
        N_("Choose a password"),
        N_(
            "Hello!\n\n"
            "Here is the link with which you choose a password for your account in the citizen panel of "
            "{kommun}.\n\n{länk}\n\n"
            "If you have not asked for it, you need not do anything."
        ),
        N_("Choose a password"),
    ),
}
"""Every message that the service sends, by its name in the outbox."""

CAMPAIGN = ("invitation", "reminder_1", "reminder_2")
"""Messages of a campaign, by wave; an official may write them anew."""


def standard(name: str, language: str) -> Wording:
    """The service's own words for a message."""
    wording = WORDINGS[name]
    with speak(language):
        return Wording(_(wording.subject), _(wording.body), _(wording.button))
