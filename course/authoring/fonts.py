"""Which characters the sampler's PDF can show: those of Typst's own fonts, or of the machine's."""

import re
from functools import lru_cache

import typst

from sequences.sequence import Brand, Sampler

# Words in the PDF's own font and those that stand in for it, and how Typst says that none has them.
CHARACTERS = b"""#set document(title: "Characters")
#set text(font: "Libertinus Serif")
#sys.inputs.words"""
BLANK = re.compile(r'the text `"(.+?)"` could not be displayed')


def unprintable(sampler: Sampler, brand: Brand, course_title: str) -> list[str]:
    """The characters that no font of the PDF has, in the order of the text: each would be blank."""
    texts = (sampler.title, sampler.lead, brand.name, course_title, sampler.body)
    words = " ".join(texts)
    return lacking(words, more_fonts=True) if lacking(words) else []


def lacking(text: str, more_fonts: bool = False) -> list[str]:
    """What the fonts that come with Typst don't have; `more_fonts`: nor this machine's own."""
    words = dict.fromkeys(word for word in text.split() if not word.isascii())
    return list(_blank(" ".join(words), more_fonts))


@lru_cache(maxsize=64)
def _blank(words: str, more_fonts: bool) -> tuple[str, ...]:
    try:
        if words:
            typst.compile(
                CHARACTERS,
                ignore_system_fonts=not more_fonts,
                sys_inputs={"words": words},
                pdf_standards="ua-1",
            )
    except typst.TypstError as error:
        return tuple(dict.fromkeys(map(_unescaped, BLANK.findall(error.diagnostic or ""))))
    return ()


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)
