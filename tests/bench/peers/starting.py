"""A contestant's arguments and its first word."""

import argparse
import resource
import time


def arguments(*more: str) -> argparse.Namespace:
    """LETTER PORT LETTERS, and what else is told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("letter")
    for name in ("port", "letters", *more):
        parser.add_argument(name, type=int)
    return parser.parse_args()


def ready(others: float = 0.0) -> None:
    """The preparations are over: from here on the clock runs and CPU counts.

    `others`: the CPU seconds that processes spent on theirs who will be waited for in the end.

    Prints seconds of CLOCK_MONOTONIC, and the CPU seconds spent until now, counted as measured.c
    does: with all children that were waited for.
    """
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = others + sum(used.ru_utime + used.ru_stime for used in usages)
    print(f"ready {time.monotonic():.6f} {spent:.6f}", flush=True)  # noqa: T201
