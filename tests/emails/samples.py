"""Letters and people for these tests. Ada is enrolled, Mallory is up to no good."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from emails.letter.compiling import (
    Button,
    CompiledLetter,
    Draft,
    Rendered,
    Theme,
    Value,
    compile_letter,
    render,
)
from emails.letter.identity import Care, Imprint
from emails.message.composing import CommonHeaders, RecipientHeaders

BASE = "https://letters.example.org"
TOKEN = "AwEAB2vTk3xWm0GJ1nQ7ZrTtLg"
NOW = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)
CARE = Care("Look after yourself.", "Find help", "https://help.example")
IMPRINT = Imprint(
    ("CNT", "12 Elm Street", "Springfield, IL 62701"),
    "https://cnt.example/legal",
    "https://cnt.example/privacy",
)
CNT = Theme("CNT", mark="stones", care=CARE, imprint=IMPRINT)

ADA: Mapping[str, Value] = {
    "greeting": "Dear Ada,",
    "first_name": "Ada",
    "address": "ada@example.org",
    "brand": "CNT",
    "course_title": "Emotional Safety in Five Steps",
    "next_line": "The next letter comes on Tuesday, 15 December at 19:30.",
    "reflections": [],
    **{f"{name}_url": f"{BASE}/{name}/{TOKEN}" for name in ("reflect", "view", "pace", "leave")},
    **{f"{name}_url": f"{BASE}/{name}/{TOKEN}" for name in ("calendar", "home", "journal")},
}

BODY = """{{ greeting }}

The kettle clicks off, and neither of you pours. See [your pace]({{ pace_url }}).

::: insight
The brain watches for safety.
:::

::: try
Say "I hear you—tell me more".
:::
"""


def draft(body: str = BODY, **more: Any) -> Draft:
    """A plain letter, unless told otherwise."""
    given = {"subject": "Hear it first", "preview": "Someone is about to speak.", "title": "Hear"}
    return Draft(**{**given, "body": body, **more})


def lesson(**more: Any) -> Draft:
    given = {
        "prompt": "When did you feel safe?",
        "button": Button("Write my answer", "reflect_url"),
        "step": 2,
        "steps": 5,
    }
    return draft(**{**given, **more})


def compiled(body: str = BODY, **more: Any) -> CompiledLetter:
    return compile_letter(draft(body, **more), CNT)


def for_ada(letter: CompiledLetter, **values: Value) -> Rendered:
    return render(letter, {**ADA, **values})


def headers(**more: Any) -> tuple[CommonHeaders, RecipientHeaders]:
    given = {
        "message_id": "<1.1@example.org>",
        "date": NOW,
        "sender": "CNT <letters@example.org>",
        "recipient": "ada@example.org",
        "reply_to": None,
        "list_id": "Emotional Safety in Five Steps <emotional-safety.example.org>",
        "feedback_id": "1:emotional-safety:lesson:letterpath",
        "unsubscribe_url": f"{BASE}/u/{TOKEN}",
        "unsubscribe_mailto": f"mailto:letters@example.org?subject=leave%20{TOKEN}",
        "auto_generated": True,
        **more,
    }
    own = {name: given.pop(name) for name in RecipientHeaders._fields}
    return CommonHeaders(**given), RecipientHeaders(**own)
