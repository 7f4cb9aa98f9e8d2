"""An issue about a new course: announced, written to a slice of its audience, and read."""

from pathlib import Path

from sqlmodel import col, select

from course.db.transactions import reading, transaction
from course.letters import newsletter_editions
from course.models import Broadcast, Delivery, DeliveryKind
from course.newsletters import announcing, composing
from course.newsletters import fan_out as broadcasting
from course.outbox.orders import Enqueuer
from tests.support.world import World

NEWS = """---
subject: A new course in spring
preview: Save the date.
title: There is news
---

{{ greeting }}

In spring we begin anew. [Tell us]({{ home_url }}) if you come.
"""

NEWSLETTER = DeliveryKind.BROADCAST


def announce(world: World, news: Path) -> Broadcast:
    with transaction(world.runtime.engine) as session:
        edition = newsletter_editions.by_slug(session, "evening-notes")
        issue = composing.compose(news, edition.newsletter)
        return announcing.announce(session, edition, issue, world.clock.now())


def fan_out(world: World, size: int = broadcasting.SLICE) -> int:
    with transaction(world.runtime.engine) as session:
        return broadcasting.fan_out(session, enqueuer(), world.clock.now(), size)


def enqueuer() -> Enqueuer:
    return Enqueuer("example.org")


def newsletters(world: World) -> list[Delivery]:
    with reading(world.runtime.engine) as session:
        query = select(Delivery).where(col(Delivery.kind) == NEWSLETTER)
        return list(session.exec(query.order_by(col(Delivery.id))))


def got_it(world: World) -> list[str]:
    return sorted(
        mail["To"] for mail in world.mail() if mail["Subject"] == "A new course in spring"
    )
