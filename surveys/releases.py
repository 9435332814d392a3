"""The ledger: everything that has been told of a survey, so that no later release opens an earlier one.

A release is judged before it goes out. Of the same answers, everything ever shown is audited together with it. When
answers have come or gone since, whoever has both releases subtracts: a number that differs by one to four would tell
what those few answered. Waves are other answers, given at another time: a member who took part in both is counted as two
persons, since what one wave shows is no sum of the other's answers. Only where a group has grown or shrunk by a few, and
its answers look as if nobody else had changed, is a wave held against the one before.
"""

import enum
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.dataset import Dataset
from analysis.disclosure import Past
from analysis.report import Report, releasing
from analysis.report.releasing import Record
from analysis.words import _, decimal
from surveys.clock import today
from surveys.models import Release, Survey
from surveys.refusals import Refusal

Load = Callable[[], Dataset]
Filters = Mapping[str, Sequence[str]]
Marks = tuple[tuple[int, str, str], ...]


class Reach(enum.StrEnum):
    """How far a release goes."""

    PUBLIC = "public"
    ANALYSTS = "analysts"


class Opens(Refusal):
    """A release that would open an earlier one, or that earlier ones would open."""


@dataclass(frozen=True)
class Judged:
    """Something that may be told of a survey, and which releases it was judged beside."""

    survey_id: int
    reach: Reach
    fingerprint: str
    digest: str
    tables: Sequence[Record]
    beside: tuple[int, ...]
    known: int | None
    """The release that has told exactly this already, if there is one."""


def register(session: Session, survey: Survey, report: Report, load: Load, filters: Filters | None = None) -> Release:
    """Let a report out of the house: judge it beside all that has been told, and write it down.

    ``load`` gives all answers of the survey. Raises `Opens`.
    """
    return _told(session, survey, report, load, filters or {}, Reach.PUBLIC)


def show(session: Session, survey: Survey, report: Report, load: Load, filters: Filters | None = None) -> Release:
    """Show a report to signed-in analysts, filtered or not: judge it as `register` does, but for nobody else."""
    return _told(session, survey, report, load, filters or {}, Reach.ANALYSTS)


def is_shown(session: Session, survey: Survey, report: Report, load: Load, filters: Filters | None = None) -> bool:
    """Whether signed-in analysts have been shown exactly this of these answers, so that it may be shown again."""
    return bool(_known(session, survey, _digest(releasing.records(report, filters or {})), load))


def _known(session: Session, survey: Survey, digest: str, load: Load) -> list[Release]:
    """Where exactly this has been told of the same answers; of others it counts anew, even where it looks the same."""
    same = select(Release).where(Release.survey_id == survey.id, Release.digest == digest).order_by(Release.id)
    found = session.scalars(same).all()
    mark = releasing.fingerprint(load()) if found else ""
    return [release for release in found if release.fingerprint == mark]


def _digest(tables: Sequence[Record]) -> str:
    return sha256(dumps(tables, sort_keys=True).encode()).hexdigest()


def past(session: Session, survey: Survey, load: Load) -> Past:
    """What a new report of the survey must heed; give it to ``build``."""
    mark = releasing.fingerprint(load())
    kinds = {True: releasing.SAME, False: releasing.CHANGED}
    found = [(release.tables, kinds[release.fingerprint == mark]) for release in told(session, survey)]
    earlier = [(release.tables, releasing.WAVE) for wave in waves(survey) for release in told(session, wave)]
    return releasing.past([*found, *earlier])


def marks(session: Session, survey: Survey) -> Marks:
    """What `past` is made of, in short: others as soon as more has been told of the survey, or of a wave before it."""
    told = select(Release.digest, Release.fingerprint).where(Release.reach == Reach.PUBLIC).order_by(Release.id)
    return tuple(
        (place, digest, fingerprint)
        for place, wave in enumerate((survey, *waves(survey)))
        for digest, fingerprint in session.execute(told.where(Release.survey_id == wave.id))
    )


def waves(survey: Survey) -> list[Survey]:
    """The earlier surveys that this one asks again, the latest first."""
    found: list[Survey] = []
    while (before := (found[-1] if found else survey).follows) is not None and before not in (survey, *found):
        found.append(before)
    return found


def told(session: Session, survey: Survey) -> list[Release]:
    """All that has gone out of the house, the earliest first."""
    return [release for release in _releases(session, survey) if release.reach == Reach.PUBLIC]


def _releases(session: Session, survey: Survey) -> list[Release]:
    return list(session.scalars(select(Release).where(Release.survey_id == survey.id).order_by(Release.id)))


def judge(
    session: Session, survey: Survey, report: Report, load: Load, filters: Filters | None = None, reach: Reach = Reach.PUBLIC
) -> Judged:
    """Try something beside all that has been told, which may take a while and writes nothing. Raises `Opens`."""
    tables = releasing.records(report, filters or {})
    dataset, beside = load(), _beside(session, survey)
    mark, digest = releasing.fingerprint(dataset), _digest(tables)
    same = [release.id for release in _known(session, survey, digest, load) if reach in (release.reach, Reach.ANALYSTS)]
    if not same:
        for wave in waves(survey):
            for before in told(session, wave):
                _subtract([before], tables, dataset, report.minimum, releasing.WAVE)
        _judge(_releases(session, survey), tables, dataset, report.minimum, reach)
    return Judged(survey.id, reach, mark, digest, tables, beside, same[0] if same else None)


def keep(session: Session, judged: Judged) -> Release | None:
    """Write down that it has been told; None where more has been told since it was judged, so that it must be judged anew."""
    survey = session.scalar(select(Survey).where(Survey.id == judged.survey_id).with_for_update())
    if survey is None or _beside(session, survey) != judged.beside:
        return None
    if judged.known is not None:
        return session.get_one(Release, judged.known)
    release = Release(
        survey_id=survey.id,
        reach=judged.reach,
        fingerprint=judged.fingerprint,
        digest=judged.digest,
        tables=judged.tables,
        made_on=today(),
    )
    session.add(release)
    session.flush()
    return release


def _beside(session: Session, survey: Survey) -> tuple[int, ...]:
    """The numbers of all releases of a survey and of the waves before it."""
    keys = [wave.id for wave in (survey, *waves(survey))]
    return tuple(session.scalars(select(Release.id).where(Release.survey_id.in_(keys)).order_by(Release.id)))


def _told(
    session: Session, survey: Survey, report: Report, load: Load, filters: Filters, reach: Reach
) -> Release:
    """Judge and keep in the session's own transaction, in which nobody else can have told more in between."""
    kept = keep(session, judge(session, survey, report, load, filters, reach))
    assert kept is not None
    return kept


def _judge(before: Sequence[Release], tables: Sequence[Record], dataset: Dataset, minimum: int, reach: Reach) -> None:
    """Raise `Opens` if someone who has seen the earlier releases could tell more than he should."""
    mark, told = releasing.fingerprint(dataset), defaultdict(list)
    for release in before:
        told[release.fingerprint].append(release)
    same = [record for release in told.pop(mark, []) for record in release.tables]
    for releases in told.values():
        _subtract(releases, tables, dataset, minimum, releasing.CHANGED)
    if not same and not any(record["filters"] for record in tables):
        return  # the report has been audited as a whole when it was made, and there is nothing beside it
    allowed = releasing.allowed(dataset, same, minimum)
    parts = releasing.parts([record for record in tables if record not in same], dataset)
    verdict = allowed.may_export(parts) if reach == Reach.PUBLIC else allowed.may_show(parts)
    if not verdict.allowed:
        raise Opens(verdict.reason)


def _subtract(before: Sequence[Release], tables: Sequence[Record], dataset: Dataset, minimum: int, kind: str) -> None:
    """Raise `Opens` where releases of one set of answers, before some came or went, tell together what those few said."""
    records = [record for release in before for record in release.tables]
    names = releasing.differing(records, tables, dataset, minimum, kind)
    if names:
        labels = {item.name: item.label for item in dataset.items}
        asked = [labels[name] for name in names if name in labels]
        raise Opens(
            _(
                "Answers have come or gone since the release of %(day)s. Whoever has both would see what fewer than "
                "%(minimum)s people answered to: %(questions)s. Release the earlier result again, or wait until more "
                "answers have changed."
            )
            % {
                "day": f"{before[-1].made_on:%Y-%m-%d}",
                "minimum": decimal(minimum),
                "questions": "; ".join(asked) or _("how many took part"),
            }
        )
