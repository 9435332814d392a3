"""The JSON Schema of a questionnaire document, built from the types there are.

``python -m surveys.questionnaire.schema`` writes it to its file in ``surveys/schema``, and a test keeps it
true.
"""

import json
from pathlib import Path
from typing import Any

from surveys.conditions import VERBS
from surveys.questionnaire.checking import CODE, NAME
from surveys.questionnaire.whole import FORMAT
from surveys.questions import Setting, names, question_type

FILE = Path(__file__).parents[1] / "schema" / "questionnaire.schema.json"
Schema = dict[str, Any]

LANGUAGE = {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}
SCALAR = {"type": ["string", "number"]}
WORDS: Schema = {
    "description": "A text: a plain string in the default language, or one string for each language.",
    "oneOf": [SCALAR, {"type": "object", "propertyNames": LANGUAGE, "additionalProperties": SCALAR}],
}
OPTION: Schema = {
    "type": "object",
    "properties": {
        "code": {"type": ["string", "integer"], "pattern": f"^{CODE.pattern}$", "description": "What is stored."},
        "text": {"$ref": "#/$defs/words"},
        "exclusive": {"type": "boolean", "description": "Cannot be chosen together with another."},
        "missing": {"type": "boolean", "description": "Outside the base of every share."},
    },
    "required": ["code", "text"],
    "additionalProperties": False,
}
OPTIONS: Schema = {
    "description": "Options in order: a list, or a mapping of code to text.",
    "oneOf": [
        {"type": "array", "items": OPTION},
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/words"}},
    ],
}
KINDS: dict[str, Schema] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "words": {"$ref": "#/$defs/words"},
    "options": {"$ref": "#/$defs/options"},
}
VALUES: dict[str, Schema] = {
    "any_of": {"type": "array", "items": SCALAR, "minItems": 1},
    "answered": {"type": "boolean"},
    "at_least": {"type": "number"},
    "at_most": {"type": "number"},
}


def build() -> Schema:
    """The schema, with one branch for each question type."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Questionnaire",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "code": {"type": "string", "pattern": f"^{CODE.pattern}$"},
            "title": {"$ref": "#/$defs/words"},
            "languages": {"type": "array", "items": LANGUAGE, "minItems": 1},
            "default_language": LANGUAGE,
            "introduction": {"$ref": "#/$defs/words"},
            "thanks": {"$ref": "#/$defs/words"},
            "pages": {"type": "array", "items": {"$ref": "#/$defs/page"}, "minItems": 1},
            "questions": {"type": "array", "items": {"$ref": "#/$defs/question"}, "minItems": 1},
        },
        "required": ["format", "title"],
        "oneOf": [{"required": ["pages"]}, {"required": ["questions"]}],
        "additionalProperties": False,
        "$defs": _parts(),
    }


def _parts() -> Schema:
    page = {
        "type": "object",
        "properties": {
            "title": {"$ref": "#/$defs/words"},
            "questions": {"type": "array", "items": {"$ref": "#/$defs/question"}, "minItems": 1},
        },
        "required": ["questions"],
        "additionalProperties": False,
    }
    branches = [{"$ref": f"#/$defs/{name}"} for name in names()]
    questions = {name: _question(name) for name in names()}
    shared = {"words": WORDS, "options": OPTIONS, "condition": _condition(), "image": _image()}
    return {"page": page, "question": {"oneOf": branches}, **questions, **shared}


def _question(name: str) -> Schema:
    kind = question_type(name)
    options = {"options": {"$ref": "#/$defs/options"}} if kind.uses_options else {}
    asked = {"required": {"type": "boolean"}, "dont_know": {"type": "boolean"}} if kind.scale else {}
    return {
        "type": "object",
        "description": (type(kind).__doc__ or "").strip(),
        "properties": {
            "name": {"type": "string", "pattern": f"^{NAME.pattern}$"},
            "type": {"const": name},
            "text": {"$ref": "#/$defs/words"},
            "hint": {"$ref": "#/$defs/words"},
            "visible_if": {"$ref": "#/$defs/condition"},
            "image": {"$ref": "#/$defs/image"},
            **options,
            **asked,
            **{key: _setting(setting) for key, setting in kind.settings.items()},
        },
        "required": ["name", "type", "text", *(["options"] if options and kind.least_options else [])],
        "additionalProperties": False,
    }


def _setting(setting: Setting) -> Schema:
    default = {"default": setting.default} if isinstance(setting.default, int | float) else {}
    return KINDS[setting.kind] | {"description": setting.meaning} | default


def _image() -> Schema:
    return {
        "type": "object",
        "properties": {"file": {"type": "string"}, "alt": {"$ref": "#/$defs/words"}},
        "required": ["file", "alt"],
        "additionalProperties": False,
    }


def _condition() -> Schema:
    parts = {"type": "array", "items": {"$ref": "#/$defs/condition"}, "minItems": 1}
    test = {
        "type": "object",
        "properties": {
            "question": {"type": "string"},
            "row": {"type": "string"},
            **{verb: VALUES.get(verb, SCALAR) for verb in VERBS},
        },
        "required": ["question"],
        "minProperties": 2,
        "additionalProperties": False,
    }
    inner = {"$ref": "#/$defs/condition"}
    joined = [{"properties": {verb: rule}, "required": [verb], "additionalProperties": False, "type": "object"}
              for verb, rule in (("all", parts), ("any", parts), ("not", inner))]  # fmt: skip
    return {"oneOf": [test, *joined]}


def main() -> None:
    """Write the schema to its file."""
    FILE.write_text(json.dumps(build(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
