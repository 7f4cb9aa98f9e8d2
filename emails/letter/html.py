"""The HTML part: pieces of MJML in a row, compiled to the tables that mail programs need.

MJML sees the frame alone. All text is sentinels while it works, because mjml-python drops tags it
doesn't know, crashes on deep nesting, and breaks what isn't ASCII in an attribute.
"""

import re
from html import escape
from itertools import groupby

import mjml
from markdown_it.tree import SyntaxTreeNode

from emails.errors import RenderError
from emails.letter import theme
from emails.letter.draft import Draft
from emails.letter.html_footer import footer_lines
from emails.letter.html_prose import SANS, SERIF, Prose
from emails.letter.html_words import HtmlWords
from emails.letter.markdown import Sentinels, block_name
from emails.letter.masthead import marks
from emails.letter.phrases import Phrases, filled
from emails.letter.pictures import LOGO, PORTRAIT, Picture, img
from emails.letter.theme import Theme

SPACE = 32  # pixels above a block, and above the text that goes on after it


def html_part(
    draft: Draft, tree: SyntaxTreeNode, look: Theme, phrases: Phrases, sentinels: Sentinels
) -> str:
    """A template of one HTML document."""
    return _HtmlPart(draft, look, phrases, sentinels).document(tree)


class _HtmlPart:
    """One letter at work."""

    def __init__(self, draft: Draft, look: Theme, phrases: Phrases, sentinels: Sentinels) -> None:
        self._draft, self._look, self._phrases, self._sentinels = draft, look, phrases, sentinels
        self._light, self._dark = theme.light(look), theme.dark(look)
        self._prose = Prose(sentinels, look, phrases.language, draft.pictures)
        self._words = HtmlWords(self._prose, sentinels)

    def document(self, tree: SyntaxTreeNode) -> str:
        body = [*self._body(tree), *self._question(), *self._actions()]
        pieces = [self._opening(), *body, *self._signature(), self._footer()]
        source = theme.part(
            "base.mjml",
            language=escape(self._look.language),
            direction=self._look.direction,
            start=self._look.start,
            title=self._sentinels.protect(
                self._prose.escaped(self._sentinels.hide(self._draft.title))
            ),
            serif=SERIF,
            light=self._light,
            dark=self._dark,
            body="\n".join(pieces),
        )
        return self._sentinels.restore(_tidied(_compiled(source)))

    def _opening(self) -> str:
        """The opening line comes first, because mailboxes show it beside the subject."""
        draft = self._draft
        return self._piece(
            "opening.mjml",
            preview=self._words.line(draft.preview),
            logo=self._logo(),
            masthead=self._masthead() if draft.step or not self._look.logo else None,
            title=self._words.line(draft.title),
        )

    def _masthead(self) -> str:
        """Where the reader stands, as a row of marks; its meaning stands in words beside it."""
        step, steps = self._draft.step or 0, self._draft.steps or 0
        html = theme.part(
            "masthead.html",
            marks=marks(self._look.mark, step, steps, self._light),
            cut=self._look.mark == "stones",
            light=self._light,
            words=self._prose.own(filled(self._phrases.step, step=step, steps=steps))
            if step
            else None,
            brand=None if self._look.logo else self._words.line(self._look.brand),
            start=self._look.start,
            end=self._look.end,
        )
        return self._sentinels.protect(html)

    def _logo(self) -> str | None:
        """It says the brand's name, which then stands nowhere else in the opening."""
        if (logo := self._look.logo) is None:
            return None
        style = f"display:block;max-width:100%;border-radius:4px;font:bold 15px {SANS}"
        name = self._prose.escaped(self._look.brand)
        return self._sentinels.protect(img(logo, name, logo.shown(*LOGO), style))

    def _body(self, tree: SyntaxTreeNode) -> list[str]:
        """Prose as it comes; each ::: block is a piece of its own."""
        pieces: list[str] = []
        for name, run in groupby(tree.children, block_name):
            for nodes in [list(run)] if name is None else [[block] for block in run]:
                pieces.append(self._block(name, nodes, SPACE if pieces else 0))
        return pieces

    def _block(self, name: str | None, nodes: list[SyntaxTreeNode], space: int) -> str:
        if name is None:
            return self._piece("prose.mjml", space=space, prose=self._blocks(nodes))
        prose = self._blocks(nodes[0].children)
        match name:
            case "insight":
                heading = self._words.heading(self._phrases.insight)
                return self._piece("insight.mjml", space=space, heading=heading, prose=prose)
            case "try":
                heading = self._words.heading(self._phrases.try_this)
                return self._piece("try.mjml", space=space, heading=heading, prose=prose)
            case "own-words":
                return self._own_words(prose, space)
        raise RenderError(f"a letter has no block called {name!r}")

    def _own_words(self, prose: str, space: int) -> str:
        """Nothing at all where nothing was written."""
        protect = self._sentinels.protect
        return self._piece(
            "own-words.mjml",
            space=space,
            heading=self._words.heading(self._phrases.own_words),
            more=self._words.own(self._phrases.more),
            prose=prose,
            if_any=protect("{% if reflections %}"),
            for_each=protect("{% for reflection in reflections|fitting %}"),
            quote_title=protect(self._prose.isolated(protect("{{ reflection.title }}"))),
            quote_text=protect('<div dir="auto">{{ reflection.text }}</div>'),
            end_for=protect("{% endfor %}"),
            if_more=protect("{% if reflections|fitting|length < reflections|length %}"),
            end_if=protect("{% endif %}"),
        )

    def _question(self) -> list[str]:
        """The prompt and the one button."""
        draft = self._draft
        if draft.prompt is None:
            return []
        paragraphs = [
            self._words.line(words) for words in re.split(r"\n\s*\n", draft.prompt.strip())
        ]
        spaces = ["0 0 14px"] * (len(paragraphs) - 1) + ["0"]
        pairs = zip(paragraphs, spaces, strict=True)
        html = "".join(f'<p style="margin:{space}">{words}</p>' for words, space in pairs)
        heading = self._words.heading(self._phrases.prompt)
        prose = self._sentinels.protect(html)
        return [self._piece("prompt.mjml", heading=heading, prose=prose, **self._button())]

    def _actions(self) -> list[str]:
        """What may follow the text: the button where there is no prompt, the calendar, the date."""
        draft, protect = self._draft, self._sentinels.protect
        button = self._button() if draft.prompt is None else {"label": None, "href": None}
        piece = self._piece(
            "actions.mjml",
            calendar=self._words.anchor(self._phrases.calendar, "calendar_url")
            if draft.calendar
            else None,
            next_line=self._words.own("{{ next_line }}") if draft.step else None,
            if_next_line=protect("{% if next_line %}"),
            end_if=protect("{% endif %}"),
            **button,
        )
        return [piece] if button["label"] or draft.calendar or draft.step else []

    def _signature(self) -> list[str]:
        if (by := self._draft.signature) is None:
            return []
        words = "<br>".join(self._words.line(line) for line in (by.sign_off, by.name) if line)
        if by.portrait:
            words = self._beside(by.portrait, words)
        return [self._piece("signature.mjml", words=self._sentinels.protect(words))]

    def _beside(self, portrait: Picture, words: str) -> str:
        """It has no description: the name stands right beside it."""
        width, height = portrait.shown(*PORTRAIT)
        style = f"display:block;width:{width}px;border-radius:12px"
        picture = img(portrait, "", (width, height), style)
        return theme.part(
            "portrait.html", picture=picture, width=width, words=words, start=self._look.start
        )

    def _footer(self) -> str:
        lines = footer_lines(self._draft.footer, self._look, self._phrases, self._words)
        return self._piece("footer.mjml", lines=lines)

    def _button(self) -> dict[str, str | None]:
        button = self._draft.button
        if button is None:
            return {"label": None, "href": None}
        label = (
            self._words.line(button.label) if button.label else self._words.own(self._phrases.write)
        )
        return {"label": label, "href": self._words.link(button.link)}

    def _blocks(self, nodes: list[SyntaxTreeNode]) -> str:
        return self._sentinels.protect(self._prose.blocks(nodes))

    def _piece(self, name: str, **values: object) -> str:
        return theme.part(name, light=self._light, sans=SANS, start=self._look.start, **values)


def _compiled(source: str) -> str:
    try:
        html: str = mjml.mjml2html(source, disable_comments=True, fonts={})
    except ValueError as error:
        raise RenderError(f"MJML can't compile the letter: {error}") from error
    return html


def _tidied(html: str) -> str:
    """Without a role that no screen reader knows, windows nobody asked for, and empty lines."""
    html = html.replace("text-align:left;direction:rtl", "text-align:right;direction:rtl")
    html = re.sub(r' (?:aria-roledescription="email"|target="_blank")', "", html)
    return re.sub(r">\s*\n\s*<", "><", html)
