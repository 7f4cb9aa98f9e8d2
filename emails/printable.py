"""Somebody else's words, for a terminal, a log or a page: one line that can only be read."""


def printable(text: str) -> str:
    """One line; what isn't a visible character is a `?`.

    So it is with escapes and other controls (C0, C1), with characters that turn the direction of
    writing or can't be seen, with halves of surrogates and with what Unicode doesn't know.
    """
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(s if s.isprintable() else "?" for s in line)
