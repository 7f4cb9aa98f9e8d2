"""A server that takes letters."""

from collections.abc import Iterator

import pytest

from tests.emails.servers import Post, running


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def port(post: Post) -> Iterator[int]:
    with running(post) as port:
        yield port
