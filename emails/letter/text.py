"""The text part: the same letter, good to read without any HTML."""

import re
from collections.abc import Callable

from markdown_it.tree import SyntaxTreeNode

from emails.errors import RenderError
from emails.letter.draft import Draft
from emails.letter.markdown import Sentinels, block_name
from emails.letter.phrases import Phrases, filled
from emails.letter.text_prose import INSET, QUOTED, PlainText
from emails.letter.theme import Theme, direction_of


def text_part(
    draft: Draft, tree: SyntaxTreeNode, look: Theme, phrases: Phrases, sentinels: Sentinels
) -> str:
    """A template of the whole part."""
    return _TextPart(draft, look, phrases, sentinels).whole(tree)


class _TextPart:
    """One letter at work."""

    def __init__(self, draft: Draft, look: Theme, phrases: Phrases, sentinels: Sentinels) -> None:
        self._draft, self._look, self._phrases, self._sentinels = draft, look, phrases, sentinels
        self._plain = PlainText(sentinels, look.direction, direction_of(phrases.language))

    def whole(self, tree: SyntaxTreeNode) -> str:
        body = [*self._body(tree), *self._question(), *self._actions()]
        pieces = [*self._opening(), *body, *self._signature(), *self._footer()]
        text = "".join(pieces).rstrip("\n") + "\n"
        return self._sentinels.restore(text)

    def _opening(self) -> list[str]:
        draft = self._draft
        step = filled(self._phrases.step, step=draft.step, steps=draft.steps)
        where = self._own(step) if draft.step and draft.steps else ""
        title = self._plain.heading(self._line(draft.title), "=")
        return self._parted(self._filled(draft.preview), where, title)

    def _body(self, tree: SyntaxTreeNode) -> list[str]:
        return [piece for node in tree.children for piece in self._block(node)]

    def _block(self, node: SyntaxTreeNode) -> list[str]:
        match block_name(node):
            case None:
                return self._parted(self._plain.blocks([node]))
            case "insight":
                return self._headed(self._phrases.insight, node)
            case "try":
                return self._headed(self._phrases.try_this, node)
            case "own-words":
                return self._own_words(node)
            case name:
                raise RenderError(f"a letter has no block called {name!r}")

    def _headed(self, heading: str, node: SyntaxTreeNode) -> list[str]:
        words = self._plain.blocks(node.children, INSET, INSET)
        return self._parted(self._heading(heading), words)

    def _own_words(self, node: SyntaxTreeNode) -> list[str]:
        """Nothing at all where nothing was written, not even an empty line."""
        protect = self._sentinels.protect
        side = ", 'rtl'" if self._look.direction == "rtl" else ""
        return [
            protect("{% if reflections %}"),
            *self._parted(
                self._heading(self._phrases.own_words), self._plain.blocks(node.children)
            ),
            protect("{% for reflection in reflections|fitting %}"),
            *self._parted(
                protect(f"{{{{ reflection.title|fill('', ''{side}) }}}}")
                + "\n"
                + protect(f"{{{{ reflection.text|fill('{QUOTED}', '{QUOTED}'{side}) }}}}")
            ),
            protect("{% endfor %}{% if reflections|fitting|length < reflections|length %}"),
            *self._parted(self._own(self._phrases.more)),
            protect("{% endif %}{% endif %}"),
        ]

    def _question(self) -> list[str]:
        draft = self._draft
        if draft.prompt is None:
            return []
        heading = self._heading(self._phrases.prompt)
        paragraphs = re.split(r"\n\s*\n", draft.prompt.strip())
        return self._parted(heading, *(self._filled(words, INSET) for words in paragraphs))

    def _actions(self) -> list[str]:
        draft = self._draft
        pieces = []
        if draft.button is not None:
            label, link = draft.button.label, draft.button.link
            say = self._filled if label else self._own
            pieces += self._parted(self._labelled_link(say, label or self._phrases.write, link))
        if draft.calendar:
            pieces += self._parted(self._own_link(self._phrases.calendar, "calendar_url"))
        if draft.step:
            protect = self._sentinels.protect
            line = self._parted(self._own("{{ next_line }}"))
            pieces += [protect("{% if next_line %}"), *line, protect("{% endif %}")]
        return pieces

    def _footer(self) -> list[str]:
        phrases, kind = self._phrases, self._draft.footer
        links = [self._own_link(*link) for link in phrases.footer_links(kind)]
        words = self._own(phrases.why(kind)), *links, *self._care(), *self._imprint()
        return self._parted("-" * 40, *words)

    def _signature(self) -> list[str]:
        if (by := self._draft.signature) is None:
            return []
        return self._parted(self._filled("\n".join(filter(None, (by.sign_off, by.name)))))

    def _care(self) -> list[str]:
        if (care := self._look.care) is None:
            return []
        link = [self._outside(self._filled, care.link_label or "", care.link)] if care.link else []
        return [self._filled(care.text), *link]

    def _imprint(self) -> list[str]:
        imprint = self._look.imprint
        pages = [self._outside(self._own, *page) for page in self._phrases.pages(imprint)]
        return [self._filled("\n".join(imprint.postal_address)), *pages]

    def _outside(self, say: Callable[[str], str], label: str, address: str) -> str:
        """A link to a page that is not ours, the same for all."""
        words = say(filled(self._phrases.colon, label=label))
        return f"{words}\n{self._plain.escaped(address)}"

    def _own_link(self, label: str, name: str) -> str:
        return self._labelled_link(self._own, label, name)

    def _labelled_link(self, say: Callable[[str], str], label: str, name: str) -> str:
        """The address alone on its line, so that nothing sticks to it."""
        words = say(filled(self._phrases.colon, label=label))
        return f"{words}\n" + self._sentinels.protect(f"{{{{ {name} }}}}")

    def _heading(self, text: str) -> str:
        """One of the engine's own."""
        return self._plain.heading(self._line(text), "-", own=True)

    def _own(self, text: str) -> str:
        """What the engine says by itself."""
        return self._plain.filled(self._line(text), own=True)

    def _filled(self, text: str, indent: str = "") -> str:
        return self._plain.filled(self._line(text), indent, indent)

    def _line(self, text: str) -> str:
        return self._plain.escaped(self._sentinels.hide(text))

    def _parted(self, *pieces: str) -> list[str]:
        return [piece + "\n\n" for piece in pieces if piece]
