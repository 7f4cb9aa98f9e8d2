"""A course in Greek letters, whose phrases stand in brackets.

`⟦…⟧` is said by a catalog, Greek by the author: Latin letters outside would be past both.
"""

import re
from html import unescape
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, pofile

from course.i18n import messages

PLAN = """\
[course]
title = "Μάθημα"
language = "el"
lessons = ["listening", "asking"]

[brand]
name = "ΨΧ"

[schedule]
day = "tuesday"
at = "19:30"
nudge_after = "4 days"

[landing]
headline = "Άκου."
lead = "Δύο γράμματα."
button = "Ναι"
consent = "Ζητάς."
"""

LESSON = """\
---
id: {id}
title: Τίτλος
subject: Θέμα
preview: Αρχή.
summary: Περίληψη.
calendar: true
---

{{{{ greeting }}}}

Λόγια.

::: insight
Γνώση.
:::

::: try
Δοκίμασε.
:::

::: prompt
Πότε;
:::
"""

LETTER = """\
---
subject: Θέμα
preview: Αρχή.
title: Τίτλος
button: Κουμπί
link: journal_url
---

{{ greeting }}

{{ next_line }}
"""

FILES = {
    "sequence.toml": PLAN,
    "landing.md": "## Τι είναι\n",
    "sampler.md": "---\ntitle: Δείγμα\nlead: Λίγα.\n---\n\n## Ένα\n\n::: insight\nΓνώση.\n:::\n\n"
    "::: try\nΔοκίμασε.\n:::\n",
    "lessons/1-listening.md": LESSON.format(id="listening"),
    "lessons/2-asking.md": LESSON.format(id="asking"),
    "letters/welcome.md": LETTER,
    "letters/nudge.md": LETTER,
    "letters/closing.md": LETTER.replace("{{ next_line }}", "::: own-words\nΈγραψες:\n:::"),
}

# What may be Latin: links, addresses, the reader's own name and words, the names of months.
_THEIRS = re.compile(r"https?://\S+|\S+@\S+|\bAda\b|What your reader wrote[^.<]*\.")


def write(folder: Path) -> Path:
    for name, text in {**FILES, "phrases.po": phrases()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def phrases() -> str:
    """Every sentence of the engine, in brackets."""
    made, written = Catalog(locale="el", charset="utf-8"), BytesIO()
    for message in messages.known():
        if message.id:
            made.add(message.id, _bracketed(message.id), context=message.context)
    pofile.write_po(written, made)
    return written.getvalue().decode()


def outside(text: str) -> list[str]:
    """The Latin words that no catalog said."""
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return re.findall(r"[A-Za-z]{2,}", _THEIRS.sub("", text))


def words(html: str) -> str:
    """What a reader sees or hears of a document."""
    said = re.findall(r'\b(?:alt|title|aria-label)="([^"]*)"', html)
    body = re.sub(r"(?s)<style.*?</style>|<!--.*?-->", "", html)
    return unescape(" ".join([re.sub(r"<[^>]+>", "", body), *said]))


def _bracketed(id_: str | list[str] | tuple[str, ...]) -> str | tuple[str, ...]:
    return f"⟦{id_}⟧" if isinstance(id_, str) else tuple(f"⟦{form}⟧" for form in id_)
