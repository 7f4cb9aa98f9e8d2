"""A clock for tests."""

from datetime import datetime, timedelta


class FixedClock:
    """It stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by
