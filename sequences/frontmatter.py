"""One text file: front matter (labels between two `---` lines), then Markdown.

python-frontmatter gives the values alone. A mistake here is named with the label's own line, and
the labels are bounded before YAML, whose cost grows with the square of some inputs, reads them.
"""

from dataclasses import dataclass, field

import yaml

from sequences.findings import Finding

FENCE = "---"
QUOTE_IT = 'Put the whole value in quotes: label: "…"'

LONGEST_LABELS = 10_000  # characters of all labels together
MOST_BRACKETS = 200  # YAML takes the square of those that stand inside each other


@dataclass(frozen=True)
class Text:
    """`labels` and the line each stands on; `body` is Markdown and begins on `line`."""

    source: str
    labels: dict[str, str | bool]
    lines: dict[str, int]
    body: str
    line: int
    findings: list[Finding] = field(default_factory=list)

    def line_of(self, label: str) -> int:
        return self.lines.get(label, 1)


def split(source: str, text: str) -> Text:
    """Never raises: what is wrong is among the findings."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE:
        return _broken(
            source,
            1,
            "The file does not begin with its labels.",
            f"Write {FENCE} on the first line, the labels below it, and {FENCE} again.",
        )
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if end is None:
        return _broken(source, 1, "The labels do not end.", f"Write {FENCE} on a line below them.")
    labels, where, findings = _labels(source, lines[1:end])
    body = "\n".join(lines[end + 1 :])
    skipped = len(body) - len(body.lstrip("\n"))
    return Text(source, labels, where, body.strip("\n"), end + 2 + skipped, findings)


def _labels(
    source: str, lines: list[str]
) -> tuple[dict[str, str | bool], dict[str, int], list[Finding]]:
    """The first label stands on the file's second line."""
    text = "\n".join(lines)
    if len(text) > LONGEST_LABELS:
        message = f"The labels have {len(text):,} characters, and {LONGEST_LABELS:,} are the most."
        return {}, {}, [Finding(source, 2, message, f"Write {FENCE} where the text begins.")]
    node = _composed(source, text)
    if isinstance(node, Finding):
        return {}, {}, [node]
    labels: dict[str, str | bool] = {}
    where: dict[str, int] = {}
    findings = []
    for key, value in node.value:
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode):
            findings.append(Finding(source, line, "This is no label.", QUOTE_IT))
            continue
        name = str(key.value)
        where[name] = line
        if not isinstance(value, yaml.ScalarNode):
            findings.append(Finding(source, line, f"{name} is not one piece of text.", QUOTE_IT))
        elif name in labels:
            findings.append(Finding(source, line, f"{name} stands here twice.", "Keep one."))
        elif _is_cut(value, lines):
            findings.append(Finding(source, line, f"{name} is read only up to the #.", QUOTE_IT))
        else:
            labels[name] = _value(value)
    return labels, where, findings


def _composed(source: str, text: str) -> yaml.MappingNode | Finding:
    if text.count("[") + text.count("{") > MOST_BRACKETS:
        return Finding(source, 2, "The labels have too many brackets.", QUOTE_IT)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 2
        remedy = "Delete the line and type it again."
        return Finding(source, line, "A character here is no text.", remedy)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        return Finding(source, line, "This label can't be read.", QUOTE_IT)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return Finding(source, 2, "The labels can't be read.", QUOTE_IT)
    if not isinstance(node, yaml.MappingNode):
        return Finding(source, 2, "There are no labels.", "Write them as label: value.")
    return node


def _is_cut(node: yaml.ScalarNode, lines: list[str]) -> bool:
    """YAML takes what follows ` #` for a comment, and an author means it."""
    rest = (
        lines[node.end_mark.line][node.end_mark.column :] if node.end_mark.line < len(lines) else ""
    )
    return node.style is None and rest.lstrip().startswith("#")


def _value(node: yaml.ScalarNode) -> str | bool:
    """Numbers and dates stay the text that was typed; only true and false are more."""
    if node.tag == "tag:yaml.org,2002:bool" and node.value.lower() in {"true", "false"}:
        return bool(node.value.lower() == "true")
    return str(node.value).strip()


def _broken(source: str, line: int, message: str, remedy: str) -> Text:
    return Text(source, {}, {}, "", line, [Finding(source, line, message, remedy)])
