"""What an SMTP reply means: accepted, refused or deferred; what it is about; and who has to wait.

`classify` goes from the surest sign to the vaguest, in the order of `TABLE`:

    1  the enhanced status code (RFC 3463 and its registry, RFC 5248)
    2  a basic code that means one thing only
    3  phrases that large providers and programs are known for
    4  the basic code alone

Twice it is the other way round. What speaks of us (our login, our sender, our host; the patterns
are in `reply_phrases`) is about no letter, whatever its code: everything for this server waits. And
a phrase can overrule 5.1.1, since a wrong suppression loses a reader for good. The page
`docs/decisions/replies-of-servers.md` has the reasons.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from emails.reply_phrases import PATTERNS

# Characters of a reply's text that the patterns look at.
MATCHED_CHARACTERS = 2000


class Disposition(StrEnum):
    """What becomes of the letter."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"


class About(StrEnum):
    """What the server speaks of."""

    NOTHING = "nothing"  # it is content
    ADDRESS = "address"  # nobody lives there; refused, it is suppressed
    MAILBOX = "mailbox"  # full, disabled, overwhelmed; or whatever it is that is not our doing
    CONTENT = "content"  # this letter: spam, a virus, too large
    POLICY = "policy"  # us: reputation, authentication, their rules, their patience
    PROTOCOL = "protocol"  # how we spoke, or how they did
    DOMAIN = "domain"  # the recipient's domain: DNS, routes, loops
    SERVER = "server"  # the server we talk to, or our account there


class Scope(StrEnum):
    """Who has to wait after a deferral: one recipient, unless the reply says more."""

    RECIPIENT = "recipient"
    DOMAIN = "domain"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Classification:
    """`scope` is for what was deferred."""

    disposition: Disposition
    about: About
    scope: Scope


ACCEPTED = Classification(Disposition.ACCEPTED, About.NOTHING, Scope.RECIPIENT)


@dataclass(frozen=True, slots=True)
class Row:
    """`reply`: an enhanced code from its subject on (`x.1.1`) or a basic one, with wildcards.

    `pattern`: the name of one in `PATTERNS` that has to match the text as well; empty for none.
    """

    reply: str
    pattern: str
    about: About
    scope: Scope = Scope.RECIPIENT


def classify(code: int, words: str) -> Classification:
    """For a final reply; `words` is its text. Any number and any text has a classification.

    Where a basic and an enhanced code contradict each other (`550 4.2.1`, `450 5.1.1`) the milder
    one counts: deferred. So it is where the server speaks of us or of itself: no letter is to
    blame. A number that no final reply has (not 2xx, 4xx or 5xx; 0 where no server spoke) is
    deferred too: after the final dot, the caller has to call it uncertain.
    """
    if 200 <= code < 300:
        return ACCEPTED
    basic = str(code) if 400 <= code < 600 else "000"
    grade, subject = _status(words) if basic != "000" else ("", "")
    row = next(_matching({basic, subject}, _plain(words)))
    is_final = basic[0] == "5" and grade != "4" and row.scope is not Scope.SERVER
    return Classification(
        Disposition.REFUSED if is_final else Disposition.DEFERRED, row.about, row.scope
    )


def _matching(keys: set[str], text: str) -> Iterator[Row]:
    for row in TABLE:
        fits = any(fnmatchcase(key, row.reply) for key in keys)
        if fits and (not row.pattern or PATTERNS[row.pattern].search(text)):
            yield row


# It leads the text (RFC 2034, section 4); qmail and Cisco's gateways write (#5.1.1), #5.1.0.
# Elsewhere three numbers may be a version, or part of an IP address.
_STATUS = re.compile(r"(?:^\W{0,2}|[(\[]#?|#)([45])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.]*[0-9])")


def _status(words: str) -> tuple[str, str]:
    """The enhanced code's class, and the rest of it as `x.1.1`; two empty strings without one."""
    found = _STATUS.search(words[:MATCHED_CHARACTERS])
    return (found[1], f"x.{int(found[2])}.{int(found[3])}") if found else ("", "")


# A mail address; in brackets, something may follow it without a space.
_ADDRESS = re.compile(r"<[^<>\s]{0,320}@[^<>\s]{0,320}>")
_IP = re.compile(
    r"\[?(?:IPv6:)?\b(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b|[0-9a-f]{1,4}:[0-9a-f:]{3,45})\]?",
    re.IGNORECASE,
)
# It stands before every line of a reply, and so in the middle of the words.
_is_status = re.compile(r"#?[245]\.[0-9]{1,3}\.[0-9]{1,3}").fullmatch


def _plain(words: str) -> str:
    """Without addresses, links and enhanced codes: what they are called is no statement.

    An IP address becomes one word, `ipaddress`: its dots end no sentence.
    """
    text = _IP.sub(" ipaddress ", _ADDRESS.sub(" ", words[:MATCHED_CHARACTERS]))
    return " ".join(
        word
        for word in text.split()
        if "@" not in word and "://" not in word and not _is_status(word)
    )


TABLE = (
    # No reply to an envelope or a letter at all.
    Row("000", "", About.PROTOCOL, Scope.SERVER),
    # Whatever speaks of us is about no letter, and a server with another code says so too.
    Row("53?", "", About.SERVER, Scope.SERVER),
    Row("52[35]", "", About.SERVER, Scope.SERVER),
    Row("454", "", About.SERVER, Scope.SERVER),
    Row("4??", "greylisted", About.POLICY),
    Row("5??", "choosy", About.POLICY),
    Row("???", "our sender", About.POLICY, Scope.SERVER),
    Row("???", "our login", About.SERVER, Scope.SERVER),
    Row("???", "our encryption", About.SERVER, Scope.SERVER),
    Row("???", "relaying", About.SERVER, Scope.SERVER),
    Row("???", "our name", About.POLICY, Scope.SERVER),
    Row("???", "our host", About.POLICY, Scope.SERVER),
    Row("???", "our allowance", About.SERVER, Scope.SERVER),
    Row("???", "our account", About.SERVER, Scope.SERVER),
    # Phrases that contradict an enhanced code: it suppresses nobody then.
    Row("x.1.[16]*", "rejected", About.POLICY, Scope.DOMAIN),
    Row("x.1.[16]*", "spam", About.CONTENT),
    Row("x.1.[16]*", "full", About.MAILBOX),
    Row("x.1.[16]*", "idle", About.MAILBOX),
    Row("x.3.2", "overwhelmed", About.MAILBOX),
    # The enhanced code. x.0.0, x.1.0 and x.5.0 say nothing: they go on to the basic one.
    Row("x.1.1", "", About.ADDRESS),
    Row("x.1.2", "", About.DOMAIN, Scope.DOMAIN),
    Row("x.1.3", "", About.PROTOCOL),
    Row("x.1.6", "", About.ADDRESS),
    Row("x.1.[78]", "", About.POLICY, Scope.SERVER),
    Row("x.1.10", "", About.ADDRESS),
    Row("x.1.90", "", About.SERVER, Scope.SERVER),
    Row("x.1.[1-9]*", "", About.MAILBOX),
    Row("x.2.252", "", About.POLICY, Scope.SERVER),
    Row("x.2.3", "", About.CONTENT),
    Row("x.2.*", "", About.MAILBOX),
    Row("x.3.3", "", About.PROTOCOL),
    Row("x.3.4", "", About.CONTENT),
    Row("x.3.*", "", About.SERVER, Scope.SERVER),
    Row("x.4.[25]", "", About.SERVER, Scope.SERVER),
    Row("x.4.*", "", About.DOMAIN, Scope.DOMAIN),
    Row("x.5.[1-9]*", "", About.PROTOCOL),
    Row("x.6.7", "", About.PROTOCOL),
    Row("x.6.*", "", About.CONTENT),
    Row("x.7.[89]", "", About.SERVER, Scope.SERVER),
    Row("x.7.1[0-4]", "", About.SERVER, Scope.SERVER),
    Row("x.7.1[789]", "", About.MAILBOX),
    Row("x.7.*", "", About.POLICY, Scope.DOMAIN),
    # Basic codes with one meaning.
    Row("421", "leaving", About.SERVER, Scope.SERVER),
    Row("421", "", About.POLICY, Scope.DOMAIN),
    Row("50?", "", About.PROTOCOL),
    Row("521", "", About.SERVER, Scope.SERVER),
    Row("555", "", About.PROTOCOL),
    Row("556", "", About.ADDRESS),
    # Phrases. What speaks against us goes before what speaks against the address.
    Row("4??", "overwhelmed", About.MAILBOX),
    Row("???", "full", About.MAILBOX),
    Row("???", "too large", About.CONTENT),
    Row("4??", "no room", About.SERVER, Scope.SERVER),
    Row("???", "rejected", About.POLICY, Scope.DOMAIN),
    Row("???", "spam", About.CONTENT),
    Row("???", "too much", About.POLICY, Scope.DOMAIN),
    Row("5??", "idle", About.MAILBOX),
    Row("5??", "unroutable", About.DOMAIN, Scope.DOMAIN),
    Row("55[0-4]", "nobody", About.ADDRESS),
    Row("5??", "somebody", About.MAILBOX),
    # The basic code alone.
    Row("450", "", About.MAILBOX),
    Row("452", "", About.MAILBOX),
    Row("4??", "", About.SERVER),
    Row("55[12]", "", About.MAILBOX),
    Row("5??", "", About.POLICY, Scope.DOMAIN),
)
