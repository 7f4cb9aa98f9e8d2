"""A delivery's row → the message that goes out: the letter, with one own's values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from course.config import senders
from course.config.settings import Settings
from course.letters import catalogue, texts
from course.letters.delivery_rows import DeliveryRow
from course.letters.kinds import KINDS
from course.letters.makers import Context, Makers, Quote, leave_url
from course.letters.placeholders import makers_of, values_of
from course.letters.senders import reply_to_of, sender_of
from course.models import DeliveryKind, Letter
from course.runtime.links import Links
from emails.errors import EmailError, RenderError
from emails.letter.compiling import CompiledLetter, placeholders
from emails.message.compiled_message import CommonHeaders, CompiledMessage, RecipientHeaders
from emails.message.composing import compose_within
from emails.message.dkim import DkimSigner, sign
from emails.message.headers import sender_id
from emails.transports.transport import Outgoing

# Letters kept prepared in one process; past it all are read and parsed anew.
CACHE_SIZE = 200


@dataclass(frozen=True)
class PreparedLetter:
    """A stored letter, parsed: what is the same in every message of it.

    Without a `compiled_message` each message is rendered by Jinja and encoded whole.
    """

    compiled: CompiledLetter
    edition: catalogue.AnyEdition
    common: CommonHeaders
    makers: Makers
    compiled_message: CompiledMessage | None


@dataclass(frozen=True)
class BrokenLetter:
    """A stored letter that can be rendered for nobody; `reason` says why."""

    reason: str


PreparedLetters = dict[tuple[int, DeliveryKind], PreparedLetter | BrokenLetter]


class MessageBuilder:
    """Builds one installation's messages.

    Threads: one may prepare the next batch's letters while another builds messages. A batch holds
    the dictionary that it was given; when the cache is full it is replaced, never emptied.
    """

    def __init__(
        self, settings: Settings, links: Links, signers: Sequence[DkimSigner] = ()
    ) -> None:
        self._settings, self._links, self._signers = settings, links, signers
        self._sender = senders.bare(settings.mail_from)
        self._inbox = senders.in_mailto(settings.mail_inbox)
        self._prepared: PreparedLetters = {}

    def prepare(self, session: Session, deliveries: Iterable[DeliveryRow]) -> PreparedLetters:
        """Read and parse the letters of these. One that is broken stops none of the others."""
        if len(self._prepared) > CACHE_SIZE:
            self._prepared = {}
        for delivery in deliveries:
            key = delivery.letter_id, delivery.kind
            if key not in self._prepared:
                self._prepared[key] = self._prepare_or_reason(session, *key)
        return self._prepared

    def parsed(
        self,
        compiled: CompiledLetter,
        edition: catalogue.AnyEdition,
        letter_id: int,
        kind: DeliveryKind,
    ) -> PreparedLetter:
        """Of a letter that needs no row: one that is tried. Raises `EmailError`."""
        common = self._common(edition, letter_id, kind)
        compiled_message = CompiledMessage.of(compiled, common)
        names = compiled_message.names if compiled_message is not None else placeholders(compiled)
        makers = makers_of(names, kind, edition.publication)
        return PreparedLetter(compiled, edition, common, makers, compiled_message)

    def message(
        self, prepared: PreparedLetters, delivery: DeliveryRow, now: datetime, quotes: list[Quote]
    ) -> Outgoing:
        """Raises `EmailError`, whatever went wrong: one letter must not hold up the others."""
        try:
            letter = prepared[delivery.letter_id, delivery.kind]
            if isinstance(letter, BrokenLetter):
                raise RenderError(letter.reason)
            data = sign(self._render(letter, delivery, now, quotes), self._signers, now)
        except EmailError:
            raise
        except Exception as error:
            raise RenderError(_mistake(error)) from error
        return Outgoing(delivery.delivery_id, self._sender, delivery.address, data, dotless=True)

    def _render(
        self, letter: PreparedLetter, delivery: DeliveryRow, now: datetime, quotes: list[Quote]
    ) -> bytes:
        context = Context(self._links, delivery, letter.edition.publication, now, quotes)
        values = values_of(letter.makers, context)
        leave = values.get("leave_url") or leave_url(context)
        mailto = f"mailto:{self._inbox}?subject=leave%20{str(leave).rpartition('/')[2]}"
        own = RecipientHeaders(delivery.message_id, now, delivery.address, str(leave), mailto)
        if letter.compiled_message is not None:
            return letter.compiled_message.message(values, own)
        return compose_within(letter.compiled, values, letter.common, own)

    def _prepare_or_reason(
        self, session: Session, letter_id: int, kind: DeliveryKind
    ) -> PreparedLetter | BrokenLetter:
        """Raises `SQLAlchemyError`: that is no fault of the letter's."""
        try:
            return self._prepare(session, letter_id, kind)
        except SQLAlchemyError:
            raise
        except EmailError as error:
            return BrokenLetter(str(error))
        except Exception as error:
            return BrokenLetter(_mistake(error))

    def _prepare(self, session: Session, letter_id: int, kind: DeliveryKind) -> PreparedLetter:
        row = session.get_one(Letter, letter_id)
        compiled = CompiledLetter(subject=row.subject, html=row.html, text=row.text)
        return self.parsed(compiled, catalogue.edition(session, row.revision_id), letter_id, kind)

    def _common(
        self, edition: catalogue.AnyEdition, letter_id: int, kind: DeliveryKind
    ) -> CommonHeaders:
        published = edition.publication
        return CommonHeaders(
            sender=sender_of(published, self._settings.mail_from),
            reply_to=reply_to_of(published),
            list_id=f"{published.title} <{published.slug}.{self._settings.mail_domain}>",
            feedback_id=f"{letter_id}:{published.slug}:{kind}:{sender_id(self._settings.mail_domain)}",
            auto_generated=KINDS[kind].auto_generated,
            bulk=KINDS[kind].bulk,
            language=texts.language_of(published, KINDS[kind].letter or ""),
        )


def _mistake(error: Exception) -> str:
    """The error's own words may quote the reader."""
    return f"{type(error).__name__}, a mistake in the program or in what it was given"
