"""The same Markdown as a web page: clean, semantic, and without a style of its own.

    ::: insight    <aside class="insight"><p class="label">CNT Insight</p>…
    ::: try        <section class="try"><p class="label">Try this</p>…
    ::: lines 4    <div class="lines" aria-hidden="true"> with a <span> for each
    ::: sheet      <section class="sheet">

What the reader wrote is for a letter, or for the journal: `::: own-words` is left out.
"""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from emails.letter.links import is_address
from emails.letter.markdown import Sentinels, parser_of
from emails.letter.phrases import ENGLISH, Phrases
from emails.letter.pictures import Picture
from emails.letter.theme import Theme, attributes_of

MOST_LINES = 24

PLAIN = Theme("")

_TAGS = {"insight": "aside", "try": "section", "sheet": "section", "prompt": "section"}


def page_html(
    markdown: str,
    look: Theme = PLAIN,
    phrases: Phrases = ENGLISH,
    pictures: Iterable[Picture] = (),
    pictures_url: str = "",
) -> str:
    """HTML for inside an article in the language of `look`; placeholders stay as they are.

    `pictures`, which lie below `pictures_url`, are shown; any other becomes its description.

    Never raises: what is wrong with the text was said when the course was published.
    """
    sentinels, parser = Sentinels(markdown), parser_of(look.language)
    tokens = _without_own_words(parser.parse(sentinels.hide(markdown, strict=False)))
    html: str = _Page(parser).render(
        tokens,
        parser.options,
        {
            "look": look,
            "phrases": phrases,
            "sentinels": sentinels,
            "pictures": {picture.address: picture for picture in pictures},
            "pictures_url": pictures_url,
        },
    )
    # The page may be filled in afterwards: no other brace than a placeholder's is left by then.
    return sentinels.restore(html.replace("{", "&#123;"))


class _Page(RendererHTML):
    """The rules for what is ours. The methods are called by the names of the tokens."""

    def __init__(self, owner: object) -> None:
        super().__init__(owner)
        rules: dict[str, Any] = self.rules
        for name, tag in _TAGS.items():
            rules[f"container_{name}_open"] = self._open(name, tag)
            rules[f"container_{name}_close"] = lambda *_, tag=tag: f"</{tag}>\n"
        rules["container_lines_open"] = _lines
        rules["container_lines_close"] = lambda *_: "</div>\n"

    def text(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return escape(tokens[idx].content, quote=False)

    def image(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        token = tokens[idx]
        alt = escape(self.renderInlineAsText(token.children, options, env))
        picture: Picture | None = env["pictures"].get(str(token.attrGet("src")))
        if picture is None:
            return alt
        src = escape(f"{env['pictures_url']}/{picture.file}")
        size = f'width="{picture.width}" height="{picture.height}"'
        return f'<img src="{src}" alt="{alt}" {size} loading="lazy">'

    def link_open(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: Mapping[str, Any]
    ) -> str:
        """Without a title, and without an address that a letter would not have either."""
        href = str(tokens[idx].attrGet("href"))
        return f'<a href="{escape(href)}">' if is_address(href, env["sentinels"]) else "<a>"

    def code_inline(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return f"<code>{self.text(tokens, idx)}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return f"<pre><code>{self.text(tokens, idx)}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return self.code_block(tokens, idx)

    def td_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        """The side that a column leans to is a class: a page has no style in its elements."""
        side = str(tokens[idx].attrGet("style") or "").partition("text-align:")[2]
        return f'<{tokens[idx].tag} class="{side}">' if side else f"<{tokens[idx].tag}>"

    def th_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return self.td_open(tokens, idx)

    def heading_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return f"<{_heading(tokens[idx])}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return f"</{_heading(tokens[idx])}>\n"

    @staticmethod
    def _open(name: str, tag: str):  # type: ignore[no-untyped-def]
        def rule(
            _tokens: Sequence[Token], _idx: int, _options: OptionsDict, env: Mapping[str, Any]
        ) -> str:
            return f'<{tag} class="{name}">\n{_label(name, env["look"], env["phrases"])}'

        return rule


def _label(name: str, look: Theme, phrases: Phrases) -> str:
    """As in the letter; none for what has none there."""
    labels = {"insight": phrases.insight, "prompt": phrases.prompt, "try": phrases.try_this}
    if name not in labels:
        return ""
    attributes = attributes_of(phrases.language, look.language)
    return f'<p class="label"{attributes}>{escape(labels[name])}</p>\n'


def _lines(tokens: Sequence[Token], idx: int, *_: object) -> str:
    number = tokens[idx].info.strip().partition(" ")[2].strip()
    lines = min(int(number), MOST_LINES) if number.isdecimal() else 1
    return '<div class="lines" aria-hidden="true">' + "<span></span>" * lines


def _heading(token: Token) -> str:
    # The page has its own heading of the first level.
    return f"h{max(2, int(token.tag[1]))}"


def _without_own_words(tokens: list[Token]) -> list[Token]:
    kept, inside = [], False
    for token in tokens:
        inside = inside or token.type == "container_own-words_open"
        if not inside:
            kept.append(token)
        inside = inside and token.type != "container_own-words_close"
    return kept
