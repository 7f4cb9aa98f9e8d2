"""Transports that need no server, and the URL that chooses one."""

import threading
from pathlib import Path

import pytest

from emails.errors import Deferred, Refused, TransportError, Uncertain
from emails.transports.factory import open_transport
from emails.transports.folder import FolderTransport, messages
from emails.transports.memory import MemoryTransport
from emails.transports.transport import Outgoing, Receipt


def outgoing(id_: int = 1, to: str = "ada@example.org") -> Outgoing:
    return Outgoing(id_, "letters@example.org", to, b"Subject: Hear\r\n\r\nHear.\r\n")


def test_memory_keeps_what_it_is_given() -> None:
    transport = open_transport("memory:")
    assert isinstance(transport, MemoryTransport)
    results = dict(transport.deliver([outgoing(1), outgoing(2)]))
    assert all(isinstance(result, Receipt) for result in results.values())
    assert [sent.id for sent in transport.sent] == [1, 2]


def test_memory_answers_as_told() -> None:
    refusal = Refused(550, "5.1.1 nobody here")
    transport = MemoryTransport(replies={"grace@example.org": refusal})
    results = dict(transport.deliver([outgoing(1), outgoing(2, "grace@example.org")]))
    assert results[2] is refusal
    assert [sent.id for sent in transport.sent] == [1]


def test_a_folder_keeps_the_order_of_writing(tmp_path: Path) -> None:
    transport = open_transport(f"folder:{tmp_path / 'new' / 'mail'}")
    list(transport.deliver(outgoing(id_) for id_ in (7, 3, 7)))
    found = messages(tmp_path / "new" / "mail")
    assert [path.name for path in found] == ["000003-7.eml", "000002-3.eml", "000001-7.eml"]
    assert found[0].read_bytes() == outgoing().data


def test_many_writers_never_share_a_number(tmp_path: Path) -> None:
    def write() -> None:
        list(FolderTransport(tmp_path).deliver(outgoing(id_) for id_ in range(10)))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len({path.name[:6] for path in messages(tmp_path)}) == 40


def test_a_folder_that_is_no_folder_defers(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    transport = FolderTransport(tmp_path / "file")
    [(_, result)] = transport.deliver([outgoing()])
    assert isinstance(result, Deferred)
    with pytest.raises(Deferred):
        transport.check()


def test_no_folder_has_no_messages(tmp_path: Path) -> None:
    assert messages(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.org",
        "folder:",
        "smtp:",
        "smtp://",
        "smtp://ada:secret@host:99999",
        "smtp://ada:secret@host?starttls=maybe",
        "smtp://ada:secret@host?tls=1",
        "smtp://ada:secret@host?timeout=soon",
        "smtp://ada:secret@host/path",
    ],
)
def test_a_wrong_url_says_so_and_keeps_the_password(url: str) -> None:
    with pytest.raises(ValueError, match=r".+") as caught:
        open_transport(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("refusal", "about_the_address"),
    [
        (Refused(550, "5.1.1 <ada@example.org>: user unknown"), True),
        (Refused(550, "No such user here"), True),
        (Refused(550, "Requested action not taken: mailbox unavailable"), False),
        (Refused(550, "5.7.1 Message rejected as spam by unknown user policy"), False),
        (Refused(554, "5.7.1 Blocked, see https://example.org/"), False),
        (Refused(550, "5.1.8 Sender address rejected"), False),
        (Refused(None, "the envelope can't be written"), False),
    ],
)
def test_a_refusal_is_about_the_address_only_if_the_server_says_so(
    refusal: Refused, about_the_address: bool
) -> None:
    assert refusal.is_about_the_address is about_the_address


@pytest.mark.parametrize("kind", [Refused, Deferred, Uncertain])
def test_an_error_carries_the_servers_words(kind: type[TransportError]) -> None:
    assert str(kind(450, "4.2.0 later")) == "450 4.2.0 later"
    assert str(kind(None, "no server")) == "no server"
