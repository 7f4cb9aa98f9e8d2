"""What is wrong with a line of TOML, in words for an author, and where it began."""

import re

Explanation = tuple[int, str, str]  # line, message, remedy

OPENS_LIST = re.compile(r"\s*([\w-]+)\s*=\s*\[")
KEY = re.compile(r"\s*([\w-]+)\s*=")
NEXT = re.compile(r"\s*(\[[\w-]+\]|[\w-]+\s*=)")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
COMMENT = re.compile(r"#.*")
TWO_NAMES = re.compile(r'"[^"]*"\s*"')

# Characters that are looked at: some of these patterns take the square of them.
LONGEST_LINE, LONGEST_LIST = 1_000, 5_000

QUOTES = 'Text stands between straight quotes: title = "My course"'


def explained(text: str, line: int, error: str) -> Explanation:
    """`line` and `error` are as `tomllib` has them."""
    lines = [one[:LONGEST_LINE] for one in text.split("\n")]
    here = lines[line - 1] if line <= len(lines) else ""
    if "overwrite" in error or "twice" in error or "Duplicate" in error:
        return line, _twice(here), "Keep one."
    if "Unterminated" in error or _is_odd(here):
        return line, "A quotation mark is missing on this line.", QUOTES
    return _in_list(lines, line) or (line, *_on_line(here, error))


def _in_list(lines: list[str], line: int) -> Explanation | None:
    if (opened := _list_around(lines, line)) is None:
        return None
    if _lacks_a_comma(lines, opened, line):
        return line, "A comma is missing in this list.", 'Write one after each: "one", "two".'
    if not _is_open(lines, opened, line):
        return None
    name = OPENS_LIST.match(lines[opened - 1])
    words = f"The list {name[1] if name else 'here'} does not end."
    return opened, words, "Write ] after the last name in it."


def _on_line(here: str, error: str) -> tuple[str, str]:
    if here.lstrip().startswith("[") and "]" not in here:
        return "The name of a part does not end.", "Write ] after it: [brand]"
    if "backslash" in error.lower() or "Unescaped" in error:
        return "A backslash stands in the text.", "Write it twice, or take it out."
    if "Expected '='" in error:
        return "There is no = on this line.", 'Write a key, =, and its text: title = "…"'
    return "This line can't be read.", QUOTES


def _twice(here: str) -> str:
    key = KEY.match(here)
    part = here.strip()
    return f"{key[1] if key else part or 'A key'} stands here twice."


def _list_around(lines: list[str], line: int) -> int | None:
    """The line on which the list begins that may hold the mistake noticed on `line`."""
    for number in range(min(line, len(lines)), 0, -1):
        if OPENS_LIST.match(lines[number - 1]):
            return number
        if number < line and NEXT.match(lines[number - 1]):
            return None
    return None


def _is_open(lines: list[str], opened: int, line: int) -> bool:
    """It was not closed before the line on which that was noticed, or on its own."""
    inside = _bare("\n".join(lines[opened - 1 : max(opened, line - 1)]))
    return inside.count("[") > inside.count("]")


def _lacks_a_comma(lines: list[str], opened: int, line: int) -> bool:
    whole = "\n".join(COMMENT.sub("", one) for one in lines[opened - 1 : line])
    return TWO_NAMES.search(_without_commas(whole[:LONGEST_LIST])) is not None


def _without_commas(text: str) -> str:
    """Names that a comma parts can't be taken for two without one."""
    return re.sub(r'"\s*,\s*"', "|", text)


def _bare(text: str) -> str:
    """Without what stands in quotes or behind a number sign."""
    return COMMENT.sub("", QUOTED.sub("", text[:LONGEST_LIST]))


def _is_odd(here: str) -> bool:
    return _bare(here).count('"') % 2 == 1
