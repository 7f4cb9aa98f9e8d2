"""SMTP with encryption and passwords."""

import ssl
from pathlib import Path

import pytest

from emails.errors import Deferred
from emails.transports.transport import Receipt
from tests.emails.servers import Post, certificate, only_ada, running
from tests.emails.transports.letters import at, result_of


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate's file, and a server's context with it."""
    cert, key = certificate(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


def test_starttls_is_used_where_it_is_offered(
    post: Post, papers: tuple[Path, ssl.SSLContext]
) -> None:
    with running(post, tls_context=papers[1]) as port:
        assert isinstance(result_of(at(port)), Receipt)
    assert post.sessions[0].ssl is not None


def test_starttls_can_be_required_and_then_the_certificate_counts(
    post: Post, papers: tuple[Path, ssl.SSLContext]
) -> None:
    with running(post, tls_context=papers[1]) as port:
        assert isinstance(result_of(at(port, f"&starttls=required&ca={papers[0]}")), Receipt)
        stranger = result_of(at(port, "&starttls=required"))
    assert isinstance(stranger, Deferred)
    assert "certificate" in str(stranger)


def test_a_server_without_starttls_gets_nothing_if_it_is_required(post: Post, port: int) -> None:
    found = result_of(at(port, "&starttls=required"))
    assert isinstance(found, Deferred)
    assert "STARTTLS" in str(found)
    assert post.taken == []


def test_smtps_speaks_tls_from_the_first_byte(
    post: Post, papers: tuple[Path, ssl.SSLContext]
) -> None:
    with running(post, ssl_context=papers[1]) as port:
        assert isinstance(result_of(at(port, f"&ca={papers[0]}", scheme="smtps")), Receipt)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(("password", "kind"), [("p%40ss%2Fword", Receipt), ("wrong", Deferred)])
def test_a_password_opens_and_a_wrong_one_blames_no_letter(
    post: Post, password: str, kind: type
) -> None:
    options = {
        "auth_require_tls": False,
        "auth_required": True,
        "authenticator": only_ada,
        "auth_exclude_mechanism": ["LOGIN"],
    }
    with running(post, **options) as port:
        found = result_of(at(port, user=f"ada:{password}@"))
    assert isinstance(found, kind)
    assert str(getattr(found, "code", 250)) in ("250", "535")
    assert len(post.taken) == (kind is Receipt)
