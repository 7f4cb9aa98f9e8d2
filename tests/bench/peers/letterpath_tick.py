"""The product's clock: letterpath_tick.py TICKS DUE EVERY, with LETTERPATH_* in the environment.

Every EVERYth of the enrollments, DUE in all, is due in each tick. The last line says how many
seconds the ticks took, and how many of CPU.
"""

import logging
import sys
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col

from course.db.transactions import transaction
from course.models import Delivery, Enrollment
from course.runtime.process import Runtime, runtime
from course.scheduling import clock_loop


def main(ticks: int, due: int, every: int) -> None:
    logging.disable(logging.INFO)
    parts = runtime()
    ids = [every * number for number in range(1, due + 1)]
    seconds = cpu = 0.0
    for _ in range(ticks):
        _take_back(parts, ids)
        begun, spent = time.perf_counter(), time.process_time()
        if (written := clock_loop.write_due(parts)) != due:
            sys.exit(f"{written:,} of {due:,} were due")
        seconds += time.perf_counter() - begun
        cpu += time.process_time() - spent
    print(f"{seconds:.6f} {cpu:.6f}")  # noqa: T201


def _take_back(parts: Runtime, ids: list[int]) -> None:
    """As it was: nothing written, and their hour has come."""
    with transaction(parts.engine) as session:
        session.connection().execute(delete(Delivery))
        as_they_were: dict[str, Any] = {
            "done": [],
            "last_sent_at": None,
            "next_send_at": parts.now() - timedelta(minutes=1),
            "nudge_at": None,
            "nudge_step": None,
        }
        session.connection().execute(
            update(Enrollment).where(col(Enrollment.id).in_(ids)).values(as_they_were)
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
