"""What every letter says by itself, in HTML and in text: English, or what is given in its place."""

from dataclasses import dataclass

from emails.letter.identity import Imprint

# The placeholder that a link of the footer leads to, by the name of its phrase.
LINKS = {"view": "view_url", "pace": "pace_url", "choices": "pace_url", "leave": "leave_url"}

# Of each footer: the phrase that says why somebody gets the letter, and the links below it.
FOOTERS = {
    "full": ("why_course", ("view", "pace", "leave")),
    "newsletter": ("why_newsletter", ("view", "choices", "leave")),
    "brief": ("why_brief", ("leave",)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """`language` is a BCP 47 tag: the phrases may be in another language than the letter's author.

    Names in braces are placeholders. `step` and `steps` are filled in at compiling; all others are
    a reader's.
    """

    language: str = "en"
    insight: str = "Insight"
    prompt: str = "Journal Prompt"
    try_this: str = "Try this"
    own_words: str = "In your own words"
    more: str = "There is more in your journal."
    step: str = "Step {{ step }} of {{ steps }}"
    write: str = "Write my answer"
    calendar: str = "Add a weekly time to my calendar"
    colon: str = "{{ label }}:"
    why_course: str = "You get this letter because {{ address }} signed up for {{ course_title }}."
    why_newsletter: str = (
        "You get this letter because {{ address }} subscribes to {{ course_title }}."
    )
    why_brief: str = (
        "You get this letter because someone asked {{ brand }} for it with {{ address }}."
    )
    view: str = "View in browser"
    pace: str = "Change the pace"
    choices: str = "See all you get from us"
    leave: str = "Unsubscribe"
    imprint: str = "Legal notice"
    privacy: str = "Privacy"

    def footer_links(self, footer: str) -> list[tuple[str, str]]:
        """Each label, and the placeholder that it leads to."""
        return [(getattr(self, name), LINKS[name]) for name in FOOTERS[footer][1]]

    def pages(self, imprint: Imprint) -> list[tuple[str, str]]:
        """The label and the address of each page that the law asks for."""
        links = ((self.imprint, imprint.imprint_url), (self.privacy, imprint.privacy_url))
        return [(label, address) for label, address in links if address]

    def why(self, footer: str) -> str:
        """Why somebody gets the letter."""
        return str(getattr(self, FOOTERS[footer][0]))


ENGLISH = Phrases()


def filled(phrase: str, **values: object) -> str:
    """With what is known when a letter is compiled, such as its step."""
    for name, value in values.items():
        phrase = phrase.replace(f"{{{{ {name} }}}}", str(value))
    return phrase
