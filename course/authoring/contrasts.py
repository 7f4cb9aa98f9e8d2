"""Colours that can't be read: on paper, by light and by dark."""

from collections.abc import Iterator

from emails.letter import theme
from emails.letter.theme import Theme, contrast, mix
from sequences.findings import Finding
from sequences.sequence import Publication

# WCAG 2.2, criterion 1.4.3: for text, and the least that large text gets along with.
ENOUGH, LEAST = 4.5, 3.0


def unreadable_colours(publication: Publication) -> Iterator[Finding]:
    """Errors where hardly anybody could read it, warnings where some can't."""
    brand = publication.brand
    light = theme.light(Theme(brand.name, accent=brand.accent, paper=brand.paper))
    dark = theme.dark(Theme(brand.name, accent_dark=brand.accent_dark, paper_dark=brand.paper_dark))
    for scheme, paper, accent in ((light, "paper", "accent"), (dark, "paper_dark", "accent_dark")):
        grounds = (scheme.paper, scheme.card)
        if found := _least(scheme.ink, (scheme.paper,)):
            remedy = f"Choose a {'lighter' if scheme is light else 'darker'} one."
            words = f"Text ({scheme.ink}) is hard to read on {paper} {scheme.paper}"
            yield _finding(publication, paper, words, found, remedy)
        elif found := _least(scheme.accent, grounds):
            remedy = f'Write {accent} = "{_readable(scheme.accent, scheme.ink, grounds)}", say.'
            words = f"{accent} {scheme.accent} is hard to read on the paper behind it"
            yield _finding(publication, accent, words, found, remedy)


def _least(colour: str, grounds: tuple[str, ...]) -> float | None:
    """The smallest contrast; None where it is enough."""
    found = min(contrast(colour, ground) for ground in grounds)
    return found if found < ENOUGH else None


def _readable(colour: str, ink: str, grounds: tuple[str, ...]) -> str:
    """The same hue, as much nearer to the ink as it takes."""
    nearer = (mix(colour, ink, share / 20) for share in range(19, -1, -1))
    return next((one for one in nearer if _least(one, grounds) is None), ink)


def _finding(publication: Publication, key: str, words: str, found: float, remedy: str) -> Finding:
    severity = "error" if found < LEAST else "warning"
    message = f"{words}: a contrast of {found:.1f}, and {ENOUGH} is the least."
    line = publication.line_of(f"brand.{key}")
    return Finding(publication.manifest, line, message, remedy, severity)
