"""Small course folders to read, made of what a test wants to be different."""

from pathlib import Path

PLAN = """\
[course]
title = "Two Quiet Evenings"
lessons = ["listening", "asking"]

[brand]
name = "CNT"

[schedule]
day = "tuesday"
at = "19:30"
delay = "4 days"
nudge_after = "4 days"
lateness = "3 hours"

[landing]
headline = "Listen."
lead = "Two letters."
button = "Send me the first"
consent = "You ask us to write to you."
"""

LESSON = """\
---
id: {id}
title: {id} well
subject: {id} well
preview: One breath is enough.
summary: One breath.
---

{{{{ greeting }}}}

Some words.

::: prompt
When did somebody
last hear you out?

And when did you?
:::
"""

# Placeholders, as the linter takes them.
KNOWN = {
    "*": frozenset({"greeting", "pace_url"}),
    "lesson": frozenset({"step"}),
    "closing": frozenset({"journal_url"}),
}

CLOSING = "---\nsubject: The end\npreview: It was good.\ntitle: The end\n---\n\nGo well.\n"


def write(folder: Path, **changes: str) -> Path:
    """A course that is in order, but for `changes`: a file's text by its name without suffix."""
    files = {
        "sequence.toml": changes.get("sequence", PLAN),
        "landing.md": "## What it is\n",
        "lessons/1-listening.md": changes.get("listening", LESSON.format(id="listening")),
        "lessons/2-asking.md": changes.get("asking", LESSON.format(id="asking")),
        "letters/closing.md": changes.get("closing", CLOSING),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
