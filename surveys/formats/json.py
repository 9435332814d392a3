"""The product's own JSON: the same document that is stored and that ``surveys show --json`` prints."""

import json
from typing import Any, NoReturn

from analysis.words import _
from surveys.formats import Loaded, beginning, checked, decoded, refusal
from surveys.questionnaire import Questionnaire


def likeness(data: bytes) -> int:
    """JSON begins with a brace."""
    return 3 if beginning(data).lstrip().startswith("{") else 0


def read(data: bytes, filename: str = "") -> Loaded:
    """The questionnaire in a JSON file."""
    text, guessed = decoded(data)
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        place = _("line %(line)s") % {"line": fault.lineno}
        raise refusal(_("The file is not JSON: %(cause)s.") % {"cause": fault.msg}, place=place) from None
    except RecursionError:
        raise refusal(_("The file is nested too deeply.")) from None
    questionnaire, warnings = checked(document)
    return Loaded(questionnaire, warnings=guessed + warnings)


def write(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as JSON, indented."""
    return (json.dumps(questionnaire.to_json(), ensure_ascii=False, indent=2) + "\n").encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise refusal(
            _('The key "%(key)s" stands twice in the same place.') % {"key": twice[:60]}, _("Remove one of them.")
        )
    return found


def _no_constant(word: str) -> NoReturn:
    raise refusal(_("%(word)s is not a number that JSON knows.") % {"word": word})
