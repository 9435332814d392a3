"""The tables of this floor: dialogues, surveys, invitations, sealed envelopes; and, apart, responses."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.db import ANSWERS, Moment, Table, coded
from surveys.questionnaire import Questionnaire

Json = sa.JSON


class LadderStep(enum.StrEnum):
    """What a participant may expect (delaktighetstrappan)."""

    INFORMATION = "information"
    CONSULTATION = "consultation"
    DIALOGUE = "dialogue"
    INFLUENCE = "influence"
    CO_DECISION = "co_decision"


class SurveyState(enum.StrEnum):
    """Where a survey stands; it only moves to the right."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class InvitationState(enum.StrEnum):
    """What became of an invitation; without a time, and without a count of visits."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class JobState(enum.StrEnum):
    """Where a file to be made stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


class Dialogue(Table):
    """One question that the municipality takes to its citizens (medborgardialog)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    can_change: Mapped[str] = mapped_column(sa.Text, default="")
    cannot_change: Mapped[str] = mapped_column(sa.Text, default="")
    ladder_step: Mapped[LadderStep | None] = mapped_column(coded(LadderStep))
    body: Mapped[str] = mapped_column(sa.String(200), default="")
    initiated_by: Mapped[str] = mapped_column(sa.String(200), default="")
    governing_document: Mapped[str] = mapped_column(sa.String(300), default="")
    # the four questions of the strategy, each with its reason
    needs_knowledge: Mapped[bool | None]
    needs_knowledge_reason: Mapped[str] = mapped_column(sa.Text, default="")
    teaches: Mapped[bool | None]
    teaches_reason: Mapped[str] = mapped_column(sa.Text, default="")
    can_be_influenced: Mapped[bool | None]
    can_be_influenced_reason: Mapped[str] = mapped_column(sa.Text, default="")
    open_to_influence: Mapped[bool | None]
    open_to_influence_reason: Mapped[str] = mapped_column(sa.Text, default="")
    about_individual: Mapped[bool | None]
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    special_law: Mapped[str] = mapped_column(sa.String(20), default="")
    statutory_from: Mapped[date | None]
    statutory_to: Mapped[date | None]
    statutory_how: Mapped[str] = mapped_column(sa.Text, default="")
    feedback_due: Mapped[date | None]
    feedback: Mapped[str] = mapped_column(sa.Text, default="")
    feedback_published: Mapped[date | None]
    made_up: Mapped[bool] = mapped_column(default=False)

    surveys: Mapped[list["Survey"]] = relationship(back_populates="dialogue", order_by="Survey.id")


class Survey(Table):
    """A questionnaire in a dialogue, sent to all or a sample of the panel."""

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int | None] = mapped_column(sa.ForeignKey("dialogue.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[SurveyState] = mapped_column(coded(SurveyState), default=SurveyState.DRAFT)
    sensitive: Mapped[bool] = mapped_column(default=False)
    closes: Mapped[date | None]
    """The last day to answer, as told to members."""
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    published_on: Mapped[date | None]
    age_groups: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Code to label of the age groups, in order, fixed when the first invitation is made."""
    districts: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Code to name of the districts, in order, fixed likewise."""
    composition: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the panel floor said of the invited when the survey closed: representativeness, recruitment."""
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey.id"), index=True)
    """The earlier survey that this one asks again (mätning)."""

    follows: Mapped["Survey | None"] = relationship(remote_side=[id])
    dialogue: Mapped[Dialogue | None] = relationship(back_populates="surveys")
    versions: Mapped[list["QuestionnaireVersion"]] = relationship(
        back_populates="survey", order_by="QuestionnaireVersion.number"
    )

    @property
    def mix(self) -> int:
        """How many answers at least are mixed before they reach the response store."""
        return 50 if self.sensitive else 20

    @property
    def current(self) -> "QuestionnaireVersion":
        """The questionnaire's newest version."""
        return self.versions[-1]


class QuestionnaireVersion(Table):
    """A questionnaire as it was when it was answered: it does not change once a survey is open."""

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    losses: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """What an imported file held that could not be carried over."""

    survey: Mapped[Survey] = relationship(back_populates="versions")
    __table_args__ = (sa.UniqueConstraint("survey_id", "number"),)

    @property
    def questionnaire(self) -> Questionnaire:
        """What is asked: with the survey's districts where a question asks about them, once they are known."""
        return Questionnaire.from_json(self.body).within(self.survey.districts)


class Invitation(Table):
    """One respondent's way into one survey: an opaque reference, and open or answered."""

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"))
    reference: Mapped[str] = mapped_column(sa.String(32))
    """Resolved on the panel floor only."""
    age_group: Mapped[str] = mapped_column(sa.String(20))
    district: Mapped[str] = mapped_column(sa.String(40))
    band_age_group: Mapped[str] = mapped_column(sa.String(20))
    """What a response may carry: shared by at least ten invited, else merged or left out (empty)."""
    band_district: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[InvitationState] = mapped_column(coded(InvitationState), default=InvitationState.OPEN)

    __table_args__ = (
        sa.UniqueConstraint("survey_id", "reference"),
        sa.Index("ix_invitation_survey_state", "survey_id", "state"),
    )


class Draft(Table):
    """Answers not yet sent in, sealed with a key that only the personal link gives."""

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"), index=True)
    sealed: Mapped[bytes]
    used_on: Mapped[date]


class Epoch(Table):
    """A key pair's time: the public key seals answers; the private key is never in a database."""

    key_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"))
    public_key: Mapped[bytes]
    current: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        sa.Index(
            "ix_epoch_current",
            "survey_id",
            unique=True,
            sqlite_where=sa.text("current = 1"),
            postgresql_where=sa.text("current"),
        ),
    )


class Envelope(Table):
    """Staging: answers sealed to an epoch's key, waiting to be mixed with others."""

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"), index=True)
    key_id: Mapped[str] = mapped_column(sa.String(32), index=True)
    sealed: Mapped[bytes]


class Response(Table):
    """What was answered, apart from who answered: no time, no running number, no way back."""

    __bind_key__ = ANSWERS
    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(index=True)
    version: Mapped[int]
    language: Mapped[str] = mapped_column(sa.String(20))
    age_group: Mapped[str] = mapped_column(sa.String(20))
    district: Mapped[str] = mapped_column(sa.String(40))
    answers: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = ({"sqlite_with_rowid": False},)




class Job(Table):
    """A file to be made by the worker from a closed survey; the same file is made once and kept for a while."""

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    """What exactly is to be made: format, language, weighting."""
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """Of what was asked and of all that it is made from."""
    state: Mapped[JobState] = mapped_column(coded(JobState), default=JobState.WAITING, index=True)
    done: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    made_on: Mapped[date | None]
    said: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it could not be made, in the language asked for."""
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    mimetype: Mapped[str] = mapped_column(sa.String(120), default="")
    content: Mapped[bytes | None] = mapped_column(deferred=True)


class Theme(Table):
    """Something that several wrote about in answer to an open question: found by the machine, named and kept by people."""

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    words: Mapped[list[str]] = mapped_column(Json, default=list)
    """Its strongest words; none for one that people have added."""


class Coding(Table):
    """That a coder holds an answer to be about a theme; the coder is an official's number, or empty for the machine."""

    response_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    coder: Mapped[str] = mapped_column(sa.String(32), primary_key=True)


class Sorting(Table):
    """That a coder has gone through an answer, whatever it was found to be about: so that "none of them" is an answer too."""

    response_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    question: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    coder: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), index=True)


class Quote(Table):
    """A piece of an open answer that somebody has read, cleared of persons and released; whose answer it was is not kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)


class Picture(Table):
    """An image that a questionnaire shows, kept with its survey."""

    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    mimetype: Mapped[str] = mapped_column(sa.String(40))
    content: Mapped[bytes]


class Release(Table):
    """Something of a survey's results that people have been shown: what of it, and what was hidden; nothing that was."""

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    reach: Mapped[str] = mapped_column(sa.String(20))
    """How far it went: "public", or "analysts" for what only they have been shown."""
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    """Of the answers it was made from, so that a later one knows whether some have come or gone."""
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    """Of the tables, so that the same release is written down once."""
    tables: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    """Each table as it was shown: item, by, filters, groups, bases and counts, with nothing where they were hidden."""
    made_on: Mapped[date]
