"""The site answers under its own name, and to its own machine and network."""

import pytest

from tests.support.world import World


def test_its_own_names_are_answered(world: World) -> None:
    for host in ("letters.example.org", "LETTERS.example.org.", "letters.example.org:443",
                 "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5"):  # fmt: skip
        assert world.client.get("/journal/link", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_ask_by_whatever_name_they_have(world: World, path: str) -> None:
    assert world.client.get(path, headers={"Host": "10-0-0-7.pod.cluster"}).status_code == 200
