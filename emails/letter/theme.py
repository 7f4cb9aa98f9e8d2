"""Colours of a letter, in both schemes, and the MJML parts that use them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from emails.errors import RenderError
from emails.letter.identity import Care, Imprint, Mark
from emails.letter.pictures import Picture

FOLDER = Path(__file__).parents[1] / "theme"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

# By their language or, where it is told, by their script (ISO 639 and 15924).
LANGUAGES = "ar arc bal ckb dv fa glk he iw ji khw ks ku lrc mzn nqo pnb prs ps sd skr syr ug ur yi"
SCRIPTS = "adlm arab aran hebr mand nkoo rohg samr syrc thaa yezi"
RIGHT_TO_LEFT = frozenset([*LANGUAGES.split(), *SCRIPTS.split()])


@dataclass(frozen=True, slots=True)
class Theme:
    """A publication's own. Colours are `#rrggbb`, and the rest of the palette follows from them.

    `imprint` and `care` stand at the foot of every letter.
    """

    brand: str
    accent: str = "#9C4A2F"
    accent_dark: str = "#E8A07F"
    paper: str = "#FBF7F0"
    paper_dark: str = "#1B1816"
    language: str = "en"
    logo: Picture | None = None
    mark: Mark = "steps"
    imprint: Imprint = Imprint()  # noqa: RUF009  frozen
    care: Care | None = None

    def __post_init__(self) -> None:
        """It stands in an attribute of every letter."""
        if not _LANGUAGE.fullmatch(self.language):
            raise RenderError(f"a language looks like en or pt-BR, not {self.language[:40]!r}")

    @property
    def direction(self) -> str:
        """Said outright: a name in another script, at the very beginning, would turn it around."""
        return direction_of(self.language)

    @property
    def start(self) -> str:
        """The side that a line begins on. Mail programs know no `text-align:start`."""
        return "right" if self.direction == "rtl" else "left"

    @property
    def end(self) -> str:
        return "left" if self.direction == "rtl" else "right"


@dataclass(frozen=True, slots=True)
class Palette:
    """One scheme. Every pair that carries text has a contrast of at least 5.6 : 1."""

    paper: str
    card: str
    wash: str
    ink: str
    muted: str
    line: str
    edge: str
    accent: str
    on_accent: str
    calm: str

    @property
    def stones(self) -> tuple[str, ...]:
        """Two hues in five shades, in the order they are laid."""
        return (
            self.accent,
            mix(self.accent, self.paper, 0.76),
            mix(self.calm, self.paper, 0.80),
            mix(self.accent, self.paper, 0.58),
            self.calm,
        )


def direction_of(language: str) -> str:
    """`ltr` or `rtl`, of a BCP 47 tag."""
    language, *others = language.lower().replace("_", "-").split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), language)
    return "rtl" if script in RIGHT_TO_LEFT else "ltr"


def attributes_of(language: str, around: str) -> str:
    """What tells words of one language from those of another `around` them; none where it is one.

    A course in British English speaks English.
    """
    if language.split("-")[0].lower() == around.split("-")[0].lower():
        return ""
    direction = direction_of(language)
    turned = f' dir="{direction}"' if direction != direction_of(around) else ""
    return f' lang="{language}"{turned}'


def light(theme: Theme) -> Palette:
    return Palette(
        paper=theme.paper,
        card="#FFFFFF",
        wash=mix("#2F5D57", theme.paper, 0.08),
        ink="#2A2521",
        muted="#6B6158",
        line=mix("#5E3604", theme.paper, 0.14),
        edge=mix("#2A2521", theme.paper, 0.38),
        accent=theme.accent,
        on_accent=_readable_on(theme.accent),
        calm="#2F5D57",
    )


def dark(theme: Theme) -> Palette:
    return Palette(
        paper=theme.paper_dark,
        card=mix("#FFE0C1", theme.paper_dark, 0.04),
        wash=mix("#8FC1B8", theme.paper_dark, 0.10),
        ink="#EDE5DA",
        muted="#A99E92",
        line=mix("#FFE0C1", theme.paper_dark, 0.14),
        edge=mix("#EDE5DA", theme.paper_dark, 0.38),
        accent=theme.accent_dark,
        on_accent=_readable_on(theme.accent_dark),
        calm="#8FC1B8",
    )


def part(name: str, **values: object) -> str:
    """A part of the theme, filled in. `values` are our own, or escaped by the caller."""
    return _parts().get_template(name).render(**values)


def mix(colour: str, ground: str, share: float) -> str:
    """`share` of one colour on another, as `color-mix(in srgb, …)` has it."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: from 1 (none) to 21 (black on white)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@cache
def _parts() -> Environment:
    # Other delimiters than a letter's own placeholders: these are filled in once, at compiling.
    return Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  no value here comes from a reader
        trim_blocks=True,
        lstrip_blocks=True,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )


def _readable_on(colour: str) -> str:
    return max("#FFFFFF", "#24160F", key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[int, int, int]:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise RenderError(f"a colour looks like #9C4A2F, not {colour!r}")
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue
