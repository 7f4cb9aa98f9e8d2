"""Several hosts share PostgreSQL and Redis, and one of them is cut off in the middle.

They are the same for all tests, which have readers of their own.
"""

import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import fill
from tests.faults.hosts import Host, Line, hosts
from tests.faults.scene import CONNECTIONS, FULL, Scene, scene
from tests.faults.test_parts import arrived, wait_for_letters
from tests.support import servers
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("nursery")

LETTERS, CUTS = (10_000, 10) if FULL else (400, 1)

# Seconds. A cut outlasts the lease, and the letters in doubt are not tried again before its end.
LEASE, CUT = 4, 6


@pytest.fixture(scope="module")
def lan(
    tmp_path_factory: pytest.TempPathFactory, own_postgres: tuple[str, list[str]]
) -> Iterator[tuple[Scene, list[Host]]]:
    """Two hosts at work, and the centre that both depend on; PostgreSQL listens on every line."""
    uri, restart = own_postgres
    folder = tmp_path_factory.mktemp("hosts")
    port = servers.free_port()
    with hosts(folder, 2) as made, servers.redis("0.0.0.0") as redis_url:
        data = Path(uri.partition("host=")[2])
        with (data / "pg_hba.conf").open("a") as allowed:
            allowed.write("host all all 10.77.0.0/16 trust\n")
        options = ["-o", f"-h '*' -p {port} -k {data}"]
        subprocess.run([*restart, *options], check=True, capture_output=True, cwd="/")
        uri += f"&port={port}"
        url = servers.new_database(uri, "crowd")
        fill(url)
        crowd = scene(folder, url, everywhere=True)
        crowd.more["LETTERPATH_LEASE"] = str(LEASE)
        crowd.more["PGPORT"] = str(port)
        crowd.more["REDIS"] = redis_url
        with ExitStack() as stack:
            stack.enter_context(crowd.recipient(slow=0.02))
            for host in made:
                stack.enter_context(host.worker(at(host, crowd)))
            yield crowd, made


def at(host: Host, crowd: Scene) -> dict[str, str]:
    """The scene's settings, as that host reaches it."""
    there, port = host.centre("database"), crowd.more["PGPORT"]
    mail = f"smtp://{host.centre('mail')}:{crowd.port}?starttls=never&timeout=2"
    redis_port = crowd.more["REDIS"].rpartition(":")[2]
    return {
        **crowd.environment,
        "LETTERPATH_DATABASE_URL": f"postgresql://postgres@{there}:{port}/crowd",
        "LETTERPATH_REDIS_URL": f"redis://{there}:{redis_port}",
        "LETTERPATH_MAIL_URL": mail,
    }


@pytest.mark.parametrize("lines", [("database", "mail"), ("database",)], ids=["all", "database"])
def test_a_host_is_cut_off_and_comes_back(
    lan: tuple[Scene, list[Host]], lines: tuple[Line, ...]
) -> None:
    crowd, (lonely, _) = lan
    crowd.enroll(LETTERS)
    for number in range(1, CUTS + 1):
        wait_for_letters(crowd, LETTERS * number // (CUTS + 2), patience=60)
        lonely.cut(*lines)
        time.sleep(CUT)
        lonely.mend(*lines)
    assert eventually(lambda: settled(crowd), 60 + LETTERS / 20), "it takes too long"
    found = crowd.reckon()
    note(crowd, lines)
    assert max(arrived(crowd).values()) == 1
    assert found.lost == 0
    assert found.states["sent"] + found.states["uncertain"] == LETTERS, found
    assert found.states["uncertain"] <= CUTS * CONNECTIONS, found


def settled(crowd: Scene) -> bool:
    """Nothing is on its way, but for what nobody can know."""
    states = crowd.reckon().states
    return not any(states[state] for state in ("due", "attempting", "deferred")) and (
        states["uncertain"] <= CUTS * CONNECTIONS and states.total() == LETTERS
    )


def note(crowd: Scene, lines: tuple[Line, ...]) -> None:
    """What was found, for docs/reliability.md."""
    found = crowd.reckon()
    words = f"{'+'.join(lines)}: {CUTS} cuts, {found}, doubled {Counter(arrived(crowd).values())}"
    (crowd.folder / "figures.txt").write_text(words + "\n")
    if FULL:
        folder = Path(os.environ.get("LETTERPATH_FIGURES", "var/faults"))
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "hosts.txt").open("a") as figures:
            figures.write(words + "\n")
