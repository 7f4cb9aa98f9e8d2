"""Lines and links of the HTML part: each escaped, and then one sentinel while MJML works."""

import re

from emails.errors import RenderError
from emails.letter.html_prose import Prose
from emails.letter.markdown import Sentinels


class HtmlWords:
    """Of one letter."""

    def __init__(self, prose: Prose, sentinels: Sentinels) -> None:
        self._prose, self._sentinels = prose, sentinels

    def line(self, text: str) -> str:
        """A line of the author's, with its placeholders."""
        return self._sentinels.protect(self._prose.isolated(self._sentinels.hide(text)))

    def own(self, text: str) -> str:
        """A line that the engine says by itself."""
        return self._sentinels.protect(self._prose.own(self._sentinels.hide(text)))

    def heading(self, text: str) -> str:
        """One that the engine says by itself."""
        # A client that drops the style sheet gives headings a size and margins of its own.
        style = "margin:0;font-size:15px;line-height:1.4;font-weight:bold"
        return self._sentinels.protect(f'<h2 style="{style}">{self.own(text)}</h2>')

    def anchor(self, label: str, name: str) -> str:
        """A link of the engine's, to the placeholder of this name."""
        return self._linked(self._prose.own(label), self.link(name))

    def outside(self, words: str, address: str) -> str:
        """A link of the author's to a page that is not ours; `words` are a line already."""
        return self._linked(words, self._prose.escaped(address))

    def link(self, name: str) -> str:
        """The placeholder of this name. Raises `RenderError` for one that is no link."""
        if not re.fullmatch(r"[a-z][a-z0-9_]*_url", name):
            raise RenderError(f"a button leads to a placeholder that ends in _url, not to {name!r}")
        return self._sentinels.protect(f"{{{{ {name} }}}}")

    def _linked(self, words: str, href: str) -> str:
        style = "color:inherit;display:inline-block;padding:11px 0"  # 44 px for a thumb
        return self._sentinels.protect(f'<a href="{href}" style="{style}">{words}</a>')
