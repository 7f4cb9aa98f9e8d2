"""How many words a text has, in any script.

Where words are not parted by spaces their number is reckoned from their usual length: a word of
Chinese or Japanese has two characters, one of Thai, Lao, Khmer or Burmese four letters and their
marks.
"""

import re
import unicodedata

_IDEOGRAPHS = re.compile(
    "[\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+"
)
_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

SIGNS, LETTERS = 2, 4  # in a word


def count_words(text: str) -> int:
    """The words of Markdown, its markup left out."""
    found = 0
    for pattern, length in ((_IDEOGRAPHS, SIGNS), (_UNPARTED, LETTERS)):
        runs = pattern.findall(text)
        found += sum(-(-_letters(run) // length) for run in runs)
        text = pattern.sub(" ", text)
    return found + len(_WORD.findall(_without_marks(text)))


def _letters(run: str) -> int:
    return sum(unicodedata.category(char)[0] in "LN" for char in run)


def _without_marks(text: str) -> str:
    """A vowel's mark or an accent on its own parts no word."""
    if text.isascii():
        return text
    marks = ("Mn", "Mc", "Me", "Cf")
    return "".join(char for char in text if unicodedata.category(char) not in marks)
