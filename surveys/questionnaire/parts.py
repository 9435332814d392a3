"""The frozen values that a questionnaire is made of: questions and pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from surveys.conditions import Condition
from surveys.questions import Image, Option, QuestionType, Text, question_type


@dataclass(frozen=True)
class Question:
    """One question; what it asks and how is its type's business."""

    name: str
    type: str
    text: Text
    hint: Text = Text()
    options: tuple[Option, ...] = ()
    required: bool = False
    dont_know: bool = False
    visible_if: Condition | None = None
    image: Image | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # what the author left unsaid the type says, once and for all: a stored question keeps the defaults of its day
        object.__setattr__(self, "settings", {**self.kind.defaults, **self.settings})

    @cached_property
    def kind(self) -> QuestionType:
        """The question's type, which knows how to ask, read, measure and print it."""
        return question_type(self.type)

    @property
    def asks(self) -> bool:
        """False for a page of information."""
        return self.kind.scale is not None

    def within(self, districts: Mapping[str, str]) -> "Question":
        """The question as a survey with these districts asks it."""
        changes = self.kind.within(self, districts)
        return replace(self, **changes) if changes else self

    def to_json(self) -> dict[str, Any]:
        """A plain document, with every setting written out."""
        said = {
            "name": self.name,
            "type": self.type,
            "text": self.text.to_json(),
            "hint": self.hint.to_json(),
            "options": options_to_json(self.options),
            "required": self.required,
            "dont_know": self.dont_know,
            "visible_if": self.visible_if and self.visible_if.to_json(),
            "image": self.image and {"file": self.image.file, "alt": self.image.alt.to_json()},
        }
        return {key: value for key, value in said.items() if value} | {
            key: setting_to_json(value) for key, value in self.settings.items() if value is not None
        }


@dataclass(frozen=True)
class Page:
    """What is shown at once: by default one question."""

    questions: tuple[Question, ...]
    title: Text = Text()

    def to_json(self) -> dict[str, Any]:
        """A plain document."""
        title = {"title": self.title.to_json()} if self.title else {}
        return title | {"questions": [question.to_json() for question in self.questions]}


def options_to_json(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    """Options as plain mappings, without what is false."""
    flags = [{f: True for f in ("exclusive", "missing") if getattr(option, f)} for option in options]
    return [{"code": o.code, "text": o.text.to_json()} | f for o, f in zip(options, flags, strict=True)]


def setting_to_json(value: Any) -> Any:
    """A setting's value as a plain document."""
    if isinstance(value, Text):
        return value.to_json()
    return options_to_json(value) if isinstance(value, tuple) else value
