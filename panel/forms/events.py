"""The filter of the audit log, and what its codes mean."""

from wtforms import Form

from analysis.words import N_
from surveys.fields import DateInput, Select, Spoken

ACTION_WORDS = {
    "added": N_("added"),
    "changed": N_("changed"),
    "removed": N_("removed"),
    "signed_in": N_("signed in"),
    "signed_out": N_("signed out"),
    "sign_in_refused": N_("sign-in refused"),
    "set_password": N_("set a password"),
    "asked_for_password_link": N_("asked for a password link"),
    "sent_password_link": N_("sent a password link"),
    "exported": N_("exported"),
    "imported": N_("imported"),
    "opened": N_("opened"),
    "closed": N_("closed"),
    "published": N_("published"),
    "invited": N_("invited"),
    "reminded": N_("reminded"),
    "drew": N_("drew a sample"),
    "erased": N_("erased"),
    "sent": N_("sent"),
    "paused by link": N_("paused by a link"),
    "responses exported": N_("exported responses"),
    "survey created": N_("made a survey"),
    "survey changed": N_("changed a survey"),
    "questionnaire replaced": N_("replaced a questionnaire"),
    "survey opened": N_("opened a survey"),
    "survey closed": N_("closed a survey"),
    "survey published": N_("published a survey"),
    "answers lost with their key": N_("answers were lost with their key"),
    "dialogue created": N_("made a dialogue"),
    "dialogue changed": N_("changed a dialogue"),
    "feedback published": N_("published feedback"),
    "themes found": N_("looked for themes"),
    "quote released": N_("released a quote"),
}
DETAIL_WORDS = {
    "columns": N_("fields"),
    "count": N_("number"),
    "version": N_("version"),
    "format": N_("format"),
    "survey": N_("survey"),
    "reminder": N_("reminder"),
}
SUBJECT_WORDS = {
    "staff": N_("account"),
    "member": N_("panel member"),
    "consent": N_("consent"),
    "consent_text": N_("consent text"),
    "district": N_("district"),
    "population": N_("population figures"),
    "installation": N_("setting"),
    "register": N_("register"),
    "dialogue": N_("dialogue"),
    "survey": N_("survey"),
    "questionnaire_version": N_("questionnaire"),
    "picture": N_("picture"),
    "outbox_text": N_("text of a message"),
    "selection": N_("selection of recipients"),
    "results": N_("results"),
    "theme": N_("theme"),
    "quote": N_("quote"),
    "release": N_("release of results"),
}


class FilterForm(Spoken, Form):
    """Which events to show."""

    class Meta:
        """A filter changes nothing, so it needs no token."""

        csrf = False

    action = Select(N_("What was done"), empty=N_("Everything"))
    subject = Select(N_("To what"), empty=N_("Everything"))
    since = DateInput(N_("From day"))
    until = DateInput(N_("To day"))
