"""Where a request ends, however its bytes come."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.http.request_framing import MAX_BODY_BYTES, MAX_HEAD_BYTES, IncomingRequest, TooLarge

HEAD = b"POST /sign-ups HTTP/1.1\r\nHost: letters.example.org\r\n"
GET = b"GET / HTTP/1.1\r\nHost: letters.example.org\r\n\r\n"
FORM = HEAD + b"Content-Length: 11\r\n\r\naddress=ada"
CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n4;x=y\r\naddr\r\n7\r\ness=ada\r\n0\r\n\r\n"

# Of the server's own parser to refuse, and for nobody to wait for.
ODD = (
    HEAD + b"Content-Length: eleven\r\n\r\n",
    HEAD + b"Content-Length: -1\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nno size\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 300,
    b"\r\n\r\n",
    b"\x16\x03\x01\r\n\r\n",
)


def whole_after(*pieces: bytes) -> list[bool]:
    incoming, told = IncomingRequest(), []
    for piece in pieces:
        incoming.data += piece
        told.append(incoming.is_whole())
    return told


@pytest.mark.parametrize("request_", [GET, FORM, CHUNKS])
def test_a_request_is_whole_with_its_last_byte(request_: bytes) -> None:
    bytes_ = [request_[i : i + 1] for i in range(len(request_))]
    assert whole_after(*bytes_) == [False] * (len(request_) - 1) + [True]


@given(request_=st.sampled_from([GET, FORM, CHUNKS]), cuts=st.lists(st.integers(0, 200)))
def test_where_it_is_cut_makes_no_difference(request_: bytes, cuts: list[int]) -> None:
    edges = sorted({0, len(request_), *(cut for cut in cuts if cut < len(request_))})
    pieces = [request_[a:b] for a, b in pairwise(edges)]
    assert whole_after(*pieces) == [False] * (len(pieces) - 1) + [True]


@pytest.mark.parametrize("request_", ODD)
def test_nobody_waits_for_more_of_what_is_none(request_: bytes) -> None:
    assert whole_after(request_) == [True]


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"a" * MAX_HEAD_BYTES,
        HEAD + b"Content-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1),
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * (MAX_BODY_BYTES // 6 + 1),
    ],
    ids=["head", "length", "chunk", "chunks"],
)
def test_what_is_too_large_is_not_waited_for(request_: bytes) -> None:
    with pytest.raises(TooLarge):
        whole_after(request_)


@given(st.binary(max_size=400))
def test_any_bytes_are_waited_for_or_handed_on(data: bytes) -> None:
    assert whole_after(data) in ([True], [False])


def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    incoming = IncomingRequest()
    incoming.data += HEAD + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    assert not incoming.is_whole()
    assert incoming.expects_continue
