"""Forms of the register's pages: search, sift, import, export, erase."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import Form

from analysis.words import N_, _
from panel import agegroups
from panel.forms.joining import GENDERS
from panel.models import MemberState, MessageState
from surveys.fields import Choices, FileUpload, Input, Radios, Required, Select, Spoken, Tick

STATES = {
    MemberState.PENDING: N_("Waiting to confirm"),
    MemberState.ACTIVE: N_("Active"),
    MemberState.PAUSED: N_("Takes a break"),
}
MESSAGES = {
    "invitation": N_("Invitation to a survey"),
    "confirm": N_("Confirm the membership"),
    "already_member": N_("Already a member"),
    "sign_in": N_("Link to My page"),
    "change_address": N_("Confirm a new address"),
    "address_notice": N_("About a changed address"),
    "goodbye": N_("Goodbye"),
    "new_consent": N_("New wording of the consent"),
}
"""What each message is about, by its name in the outbox."""
MESSAGE_STATES = {
    MessageState.QUEUED: N_("Waits to be sent"),
    MessageState.LEASED: N_("Is being sent"),
    MessageState.HANDED_OVER: N_("Sent"),
    MessageState.DELIVERED: N_("Delivered"),
    MessageState.BOUNCED_SOFT: N_("Came back for now"),
    MessageState.BOUNCED_HARD: N_("Came back"),
    MessageState.FAILED_PERMANENT: N_("Could not be sent"),
    MessageState.DEAD: N_("Could not be sent"),
    MessageState.SUPPRESSED: N_("Not sent"),
    MessageState.CANCELLED: N_("Not sent"),
    MessageState.UNKNOWN: N_("Not known"),
}
RECRUITED = {"random": N_("Drawn at random"), "self_chosen": N_("Joined by themselves")}


class SearchForm(Spoken, FlaskForm):
    """Whom to look for; sent, not put in the address, since addresses of pages are kept in logs and histories."""

    text = Input(
        N_("Search"),
        [Required(N_("Write what to look for."))],
        hint=N_("A part of an email address or of a postal address, or a whole mobile number."),
        maximum=100,
        width=20,
    )


class SiftForm(Spoken, Form):
    """Which members to list."""

    class Meta:
        """A choice of what to see changes nothing, so it needs no token."""

        csrf = False

    state = Select(N_("State"), empty=N_("All"), choices=[(code.value, words) for code, words in STATES.items()])
    district = Select(N_("District"), empty=N_("All"))
    age_group = Select(N_("Age group"), empty=N_("All"))
    gender = Select(N_("Gender"), empty=N_("All"), choices=GENDERS)
    recruited = Select(N_("Recruited"), empty=N_("All"), choices=list(RECRUITED.items()))

    def offer(self, districts: Choices, age_groups: Sequence[str]) -> "SiftForm":
        """Set what can be chosen."""
        self.district.choices = list(districts)
        self.age_group.choices = [(code, agegroups.label(code)) for code in age_groups]
        return self


class UploadForm(Spoken, FlaskForm):
    """A file with members."""

    file = FileUpload(N_("File with members"), [Required(N_("Choose a file."))], hint=N_("CSV or Excel (.xlsx)."),
                      accept=".csv,.txt,.xlsx")  # fmt: skip


class WriteForm(Spoken, FlaskForm):
    """The municipality's word that the people in a file have agreed, and what becomes of refused rows."""

    skip = Tick(
        N_("Leave out the rows that are refused, and import the others."),
        [Required(N_("Tick the box, or mend the file and try it again."))],
        legend=N_("Rows that are refused"),
    )
    consented = Tick(
        N_("Everybody in the file has agreed to the text."),
        [Required(N_("Tick the box if everybody has agreed. Without it the file can't be imported."))],
        legend=N_("Consent"),
    )

    def ask(self, refused: bool) -> "WriteForm":
        """Ask about refused rows only where there are any."""
        if not refused:
            del self.skip
        return self


class ExportForm(Spoken, FlaskForm):
    """Which kind of file."""

    kind = Radios(
        N_("Kind of file"),
        [Required(N_("Choose a kind of file."))],
        choices=[("xlsx", N_("Excel workbook (.xlsx)")), ("csv", N_("Text with semicolons (.csv)"))],
    )


class EraseForm(Spoken, FlaskForm):
    """The choice to erase somebody, with nothing chosen in advance."""

    erase = Radios(
        N_("Do you want to erase this member?"),
        [Required(N_("Choose yes or no before you go on."))],
        choices=[("yes", N_("Yes, erase all details now")), ("no", N_("No, change nothing"))],
    )


def masked(address: str | None) -> str:
    """As much of an address as tells that it is the right one."""
    name, at, domain = (address or "").rpartition("@")
    return f"{name[:1]}•••{at}{domain}" if at else _("Hidden")
