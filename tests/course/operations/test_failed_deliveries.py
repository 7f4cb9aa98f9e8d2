"""Letters that were refused or have failed go out again, when a person says so."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from course.db.transactions import reading, transaction
from course.models import Delivery, DeliveryKind, DeliveryState, Suppression
from course.models.suppression import SuppressionReason
from course.operations import failed_deliveries
from emails.errors import Refused
from emails.transports.memory import MemoryTransport
from tests.course.operations.test_overview import sign_in
from tests.support.terminal import Terminal, lines
from tests.support.world import World

SPAM = Refused(554, "5.7.1 Spam message rejected")
NOBODY = Refused(550, "5.1.1 no such user")


def replies(world: World, said: dict[str, Refused]) -> None:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {f"{name}@example.org": fate for name, fate in said.items()}


def refused(world: World, **said: Refused) -> None:
    replies(world, said)
    for name in said:
        world.sign_up(f"{name}@example.org")
    replies(world, {})


def states(world: World) -> list[str]:
    with reading(world.runtime.engine) as session:
        return [
            row.state.value for row in session.exec(select(Delivery).order_by(col(Delivery.id)))
        ]


def test_they_are_listed_by_what_was_said(world: World, terminal: Terminal) -> None:
    assert "No letter was refused or has failed." in terminal("resend").stdout
    refused(world, ada=SPAM, grace=SPAM, alan=NOBODY)
    shown = lines(terminal("resend"))
    assert shown[1] == "2 0 554 5.7.1 Spam message rejected 2 confirmation 2, 1"
    assert shown[2] == "1 1 550 5.1.1 no such user 1 confirmation 3"


@pytest.mark.parametrize("which", ["all", "1", "spam message"])
def test_they_go_out_once_more_under_their_message_id(
    world: World, terminal: Terminal, which: str
) -> None:
    refused(world, ada=SPAM)
    with reading(world.runtime.engine) as session:
        (message_id,) = session.exec(select(Delivery.message_id)).all()
    assert "1 letter is due now" in terminal("resend", "--again", which).stdout
    world.settle()
    assert [mail["Message-ID"] for mail in world.letters()] == [message_id]
    assert terminal("resend", "--again", which).exit_code == 1


def test_an_address_that_was_refused_is_written_to_only_where_one_says_so(
    world: World, terminal: Terminal
) -> None:
    refused(world, ada=NOBODY)
    assert "may not be written to" in terminal("resend", "--again", "all").stdout
    assert states(world) == ["refused"]
    assert "1 letter is due now" in terminal("resend", "--again", "all", "--allow").stdout
    world.settle()
    assert states(world) == ["sent"]


@pytest.mark.parametrize("reason", [r for r in SuppressionReason if r != "refused"])
def test_who_has_complained_or_asked_is_never_written_to(
    world: World, terminal: Terminal, reason: SuppressionReason
) -> None:
    refused(world, ada=SPAM)
    with transaction(world.runtime.engine) as session:
        key, now = "ada@example.org", world.clock.now()
        session.add(Suppression(address_key=key, reason=reason, since=now))
    terminal("resend", "--again", "all", "--allow")
    assert states(world) == ["refused"]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_lesson_comes_at_the_next_opening_or_at_once(world: World, at_once: bool) -> None:
    world.enroll()
    at = world.enrollment().next_send_at
    assert at is not None
    replies(world, {"ada": SPAM})
    world.go(at)
    replies(world, {})
    world.go(timedelta(days=1))
    before = len(world.letters())
    with transaction(world.runtime.engine) as session:
        now = world.clock.now()
        failed_deliveries.resend(session, failed_deliveries.everything, now, at_once=at_once)
    world.settle()
    assert len(world.letters()) == before + at_once
    world.go(timedelta(days=7))
    with reading(world.runtime.engine) as session:
        [first, *_] = session.exec(select(Delivery).where(Delivery.kind == DeliveryKind.LESSON))
    assert first.state is DeliveryState.SENT


def test_the_author_sends_them_again_from_the_overview(world: World) -> None:
    refused(world, ada=SPAM, grace=Refused(554, "5.7.1 <b>other</b> words"))
    form = {"words": "554 5.7.1 Spam message rejected"}
    assert world.press("/admin/resent-letters", **form).headers["Location"].endswith("/session")
    assert states(world) == ["refused", "refused"]
    sign_in(world)
    page = world.open("/admin/").get_data(as_text=True)
    assert page.count("Send again") == 2
    assert "<b>other" not in page
    assert world.client.post("/admin/resent-letters", data=form).status_code in (302, 400, 403)
    assert states(world) == ["refused", "refused"]
    assert world.press("/admin/resent-letters", **form).status_code == 303
    assert states(world) == ["due", "refused"]
