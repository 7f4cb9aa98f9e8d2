"""What a mail URL allows its transport to carry."""

from datetime import date, timedelta

import pytest

from emails.transports.factory import open_transport
from emails.transports.limits import Limits

DECEMBER = date(2026, 12, 1)
HOST = "smtp://mail.example.org"


def test_a_url_without_limits_has_none() -> None:
    limits = Limits.at(f"{HOST}?starttls=never")
    assert not limits.any
    assert limits.on(DECEMBER) is None


def test_a_ramp_has_a_number_for_each_of_its_days_and_then_the_day_s_own_holds() -> None:
    limits = Limits.at(f"{HOST}?day=150&warmup=2026-12-01:50,100,200")
    days = [limits.on(DECEMBER + timedelta(days=n)) for n in range(-1, 5)]
    assert days == [150, 50, 100, 150, 150, 150]


def test_a_ramp_alone_ends_in_no_limit() -> None:
    limits = Limits.at(f"{HOST}?warmup=2026-12-01:50")
    assert (limits.on(DECEMBER), limits.on(DECEMBER + timedelta(days=1))) == (50, None)


def test_a_rate_for_each_domain_is_none_of_the_transport_s_own() -> None:
    limits = Limits.at(f"{HOST}?domain_rate=2.5")
    assert (limits.domain_rate, limits.any) == (2.5, False)


NONSENSE = (
    "rate=fast", "rate=-1", "rate=nan", "day=many", "day=-5", "day=1.5", "warmup=50,100",
    "warmup=soon:50", "warmup=2026-12-01:", "warmup=2026-12-01:50,,7", "warmup=2026-12-01:0",
    "domain_rate=fast", "domain_rate=-1",
)  # fmt: skip


@pytest.mark.parametrize("option", NONSENSE)
def test_what_is_no_limit_is_refused_in_words(option: str) -> None:
    with pytest.raises(ValueError, match=option.partition("=")[0]):
        Limits.at(f"{HOST}?{option}")


def test_the_transport_itself_knows_these_options_and_leaves_them_alone() -> None:
    open_transport(f"{HOST}?rate=5&day=100&warmup=2026-12-01:50").close()
