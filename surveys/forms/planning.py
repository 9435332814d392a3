"""The form of a dialogue, in the order of its page, and that of its feedback."""

from flask_wtf import FlaskForm

from analysis.words import N_
from surveys.dialogues import QUESTIONS, SPECIAL_LAWS, STEPS
from surveys.fields import DateInput, Input, Radios, Required, Select, Spoken, TextArea

YES_NO = [("yes", N_("Yes")), ("no", N_("No"))]
TO_BOOL = {"yes": True, "no": False}
BOOLS = (*(name for name, _question in QUESTIONS), "about_individual")


def _yes_no(name: str) -> Radios:
    return Radios(dict(QUESTIONS)[name], choices=YES_NO)


def _reason() -> TextArea:
    return TextArea(N_("The reason"), hint=N_("One or two sentences."), maximum=2000)


NOTHING_IS_NONE = ("ladder_step", "starts", "ends", "feedback_due", "statutory_from", "statutory_to")


class DialogueForm(Spoken, FlaskForm):
    """Everything a dialogue tells; only its title is needed to begin."""

    title = Input(N_("Title"), [Required(N_("Write a title."))], hint=N_("The question, as a citizen would put it."), maximum=200)
    purpose = TextArea(N_("Purpose"), hint=N_("What will be decided, by whom and when?"), maximum=4000)
    can_change = TextArea(N_("What can change"), maximum=4000)
    cannot_change = TextArea(N_("What cannot change"), maximum=4000)
    ladder_step = Radios(N_("Step on the ladder of participation"), choices=[(s.value, text) for s, text in STEPS.items()])
    body = Input(N_("Board or committee"), maximum=200)
    initiated_by = Input(N_("Chair who initiates"), hint=N_("Name and office."), maximum=200)
    governing_document = Input(N_("Governing document"), hint=N_("The goal or plan that the dialogue supports."), maximum=300)
    needs_knowledge = _yes_no("needs_knowledge")
    needs_knowledge_reason = _reason()
    teaches = _yes_no("teaches")
    teaches_reason = _reason()
    can_be_influenced = _yes_no("can_be_influenced")
    can_be_influenced_reason = _reason()
    open_to_influence = _yes_no("open_to_influence")
    open_to_influence_reason = _reason()
    about_individual = Radios(N_("Is it about a decision on one person?"), choices=YES_NO)
    starts = DateInput(N_("First day"))
    ends = DateInput(N_("Last day"))
    feedback_due = DateInput(N_("Last day for feedback"), hint=N_("When participants and parties are told what came of it."))
    special_law = Select(
        N_("Special law"), choices=[(code, text) for code, text in SPECIAL_LAWS.items() if code], empty=SPECIAL_LAWS[""]
    )
    statutory_from = DateInput(N_("The statutory consultation begins"))
    statutory_to = DateInput(N_("The statutory consultation ends"))
    statutory_how = TextArea(N_("How a written view is lodged"), maximum=2000)

    def values(self) -> dict[str, object]:
        """What the form says, as the dialogue stores it."""
        said = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        for name in BOOLS:
            said[name] = TO_BOOL.get(said[name])
        for name, value in said.items():
            if value is None and name not in (*BOOLS, *NOTHING_IS_NONE):
                said[name] = ""
        said["ladder_step"] = said["ladder_step"] or None
        return said

    @staticmethod
    def prefill(dialogue: object) -> dict[str, object]:
        """What the form shows of a dialogue."""
        words = {True: "yes", False: "no", None: None}
        return {name: words[getattr(dialogue, name)] for name in BOOLS}


class FeedbackForm(Spoken, FlaskForm):
    """What came of a dialogue."""

    feedback = TextArea(
        N_("What was decided, and what difference the answers made"),
        [Required(N_("Write what was decided and what difference the answers made."))],
        hint=N_("Participants, parties and the public read this."),
        maximum=10_000,
        rows=10,
    )
