"""Several transports: each has a name of its own, by which its rests and limits are kept."""

import pytest

from course.config.transports import named_transports


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("smtp://one.example.org", ["one.example.org"]),
        (
            "smtp://one.example.org:587 smtp://two.example.org",
            ["one.example.org", "two.example.org"],
        ),
        (
            "smtp://h.example.org:587 smtp://h.example.org:2525",
            ["h.example.org:587", "h.example.org:2525"],
        ),
        (
            "smtp://h.example.org smtps://h.example.org",
            ["h.example.org:smtp", "h.example.org:smtps"],
        ),
        (
            "smtp://a@h.example.org:587 smtp://b@h.example.org:587",
            ["h.example.org:587", "h.example.org:587/2"],
        ),
        ("folder:var/my mail", ["folder"]),
        ("memory: memory:", ["memory:memory", "memory:memory/2"]),
    ],
)
def test_no_two_transports_have_the_same_name(url: str, names: list[str]) -> None:
    assert [named.name for named in named_transports(url)] == names
