"""Images that questionnaires show: small, of kinds that browsers draw, never scripts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.words import _
from surveys.models import Picture, Survey
from surveys.questionnaire import Questionnaire
from surveys.refusals import Refusal

LARGEST = 200_000
"""Bytes; a member pays for each of them."""

SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def wanted(session: Session, survey: Survey) -> dict[str, bool]:
    """The file names that the questionnaire shows, and whether each is here."""
    questionnaire = Questionnaire.from_json(survey.current.body)
    here = set(session.scalars(select(Picture.name).where(Picture.survey_id == survey.id)))
    return {q.image.file: q.image.file in here for q in questionnaire.questions if q.image}


def missing(session: Session, survey: Survey) -> list[str]:
    """What must be uploaded before the survey opens, in words."""
    return [
        _("The image “%(name)s” is not uploaded.") % {"name": name}
        for name, here in wanted(session, survey).items()
        if not here
    ]


def add(session: Session, survey: Survey, name: str, content: bytes) -> None:
    """Keep an image under the name that the questionnaire uses; known by its content, not by its name."""
    if name not in wanted(session, survey):
        raise Refusal(
            _("The questionnaire shows no image with the name “%(name)s”.") % {"name": name[:80]}
        )
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), "")
    if not kind:
        raise Refusal(_("The file is not an image of the kind PNG, JPEG or WebP."))
    if len(content) > LARGEST:
        raise Refusal(_("The image is larger than %(kb)s kB. Make it smaller.") % {"kb": LARGEST // 1000})
    session.merge(Picture(survey_id=survey.id, name=name, mimetype=kind, content=content))


def get(session: Session, survey_id: int, name: str) -> Picture | None:
    """An image of a survey."""
    return session.get(Picture, (survey_id, name))


