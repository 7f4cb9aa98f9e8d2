"""Waiting for what another process does."""

import time
from collections.abc import Callable

# Seconds. Two cores may be busy with something else for a while.
PATIENCE = 60.0


def eventually(happens: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Whether it happens within so many seconds."""
    give_up = time.monotonic() + patience
    while not happens():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True
