"""PostgreSQL as others have set it, and poolers before it: our code finds what it relies on."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ArgumentError, OperationalError

from course.db.engine import connect
from course.db.schema import migrate
from course.operations.doctor import checks
from tests.support import servers, worlds
from tests.support.restored import Restored
from tests.support.world import World

# What an administrator or a host may have set, as odd as it goes. Those of one group don't touch
# each other.
ODD = {
    "german": {
        "DateStyle": "'German, DMY'",
        "IntervalStyle": "iso_8601",
        "TimeZone": "'Pacific/Chatham'",
        "client_encoding": "LATIN1",
        "array_nulls": "off",
        "bytea_output": "escape",
        "extra_float_digits": "-15",
        "statement_timeout": "'2ms'",
        "synchronous_commit": "off",
        "idle_session_timeout": "'2s'",
    },
    "sql": {
        "DateStyle": "'SQL, MDY'",
        "IntervalStyle": "sql_standard",
        "TimeZone": "'America/St_Johns'",
        "client_encoding": "SQL_ASCII",
        "standard_conforming_strings": "off",
        "backslash_quote": "off",
        "escape_string_warning": "off",
        "transform_null_equals": "on",
        "quote_all_identifiers": "on",
        "default_transaction_isolation": "serializable",
        "lock_timeout": "'1ms'",
    },
    "postgres": {
        "DateStyle": "'Postgres, YMD'",
        "IntervalStyle": "postgres_verbose",
        "TimeZone": "'<+0545>-05:45'",
        "client_encoding": "WIN1252",
        "default_transaction_read_only": "on",
        "default_transaction_deferrable": "on",
        "default_transaction_isolation": "'repeatable read'",
        "idle_in_transaction_session_timeout": "'1h'",
        "exit_on_error": "on",
        "row_security": "off",
        "enable_seqscan": "off",
        "plan_cache_mode": "force_generic_plan",
        "jit_above_cost": "0",
        "client_min_messages": "error",
        "search_path": "nowhere, public",
    },
}


@contextmanager
def set_oddly(uri: str, database: Restored, values: dict[str, str]) -> Iterator[str]:
    """The database, restored, with these defaults; its URL."""
    database.restore()
    with psycopg.connect(uri, autocommit=True) as connection:
        try:
            for name, value in values.items():
                connection.execute(f"ALTER DATABASE published SET {name} = {value}")
            yield database.url
        finally:
            connection.execute("ALTER DATABASE published RESET ALL")


def live(url: str, state: Path) -> World:
    """Sign-up, confirmation and forty days."""
    world = worlds.make(url, state)
    try:
        world.enroll(first_name="Zoë Łukasz")
        world.go(timedelta(days=40))
    finally:
        world.runtime.engine.dispose()
    return world


@pytest.mark.parametrize("group", ODD)
def test_a_course_is_lived_whatever_the_database_says(
    group: str, postgres_uri: str, postgres_database: Restored, tmp_path: Path
) -> None:
    with set_oddly(postgres_uri, postgres_database, ODD[group]) as url:
        world = live(url, tmp_path)
    assert len(world.letters()) == 13
    assert "Zoë Łukasz" in world.text(world.letters()[-1])


def test_a_course_is_lived_whatever_the_environment_says(
    postgres_database: Restored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres_database.restore()
    for name, value in {
        "PGDATESTYLE": "SQL, DMY",
        "PGTZ": "Asia/Kathmandu",
        "PGCLIENTENCODING": "LATIN1",
        "PGOPTIONS": "-c array_nulls=off -c client_encoding=LATIN1 -c exit_on_error=on "
        "-c default_transaction_read_only=on",
    }.items():
        monkeypatch.setenv(name, value)
    assert len(live(postgres_database.url, tmp_path).letters()) == 13


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_of_another_encoding_is_refused_in_a_sentence(
    postgres_uri: str, encoding: str
) -> None:
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {encoding} TEMPLATE template0 ENCODING '{encoding}' "
            "LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    with pytest.raises(OperationalError, match=f"encoding is {encoding}, and letters need UTF8"):
        migrate(postgres_uri.replace("/postgres?", f"/{encoding.lower()}?"))
    servers.drop_database(postgres_uri, encoding.lower())


def test_a_search_path_without_a_schema_is_refused_in_a_sentence(
    postgres_uri: str, tmp_path: Path
) -> None:
    url = f"{postgres_uri}&options=-csearch_path%3Dnowhere"
    with pytest.raises(OperationalError, match="search_path names no schema"):
        connect(url).connect()
    found = checks.check_all(worlds.make(url, tmp_path).runtime)[0]
    assert (found.level, found.part) == ("trouble", "database")
    assert "search_path names no schema" in found.words


@pytest.mark.parametrize(("given", "kept"), [("none", None), ("0", 0), ("7", 7)])
def test_the_url_says_when_statements_are_prepared(
    postgres_uri: str, given: str, kept: int | None
) -> None:
    engine = connect(f"{postgres_uri}&prepare_threshold={given}")
    with engine.connect() as connection:
        for _ in range(3):
            connection.execute(text("SELECT 1"))
        assert connection.connection.driver_connection.prepare_threshold == kept  # type: ignore[union-attr]
    engine.dispose()


@pytest.mark.parametrize("query", ["prepare_threshold=often", "autocommit=true"])
def test_what_a_url_can_not_say_is_refused(postgres_uri: str, query: str) -> None:
    with pytest.raises(ArgumentError):
        connect(f"{postgres_uri}&{query}")


# PgBouncer


@pytest.fixture(scope="module")
def pooler(postgres_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """PgBouncer in transaction mode with two connections for everybody; its `host=…&port=…`."""
    if shutil.which("pgbouncer") is None:
        pytest.skip("pgbouncer is not installed")
    port, folder = servers.free_port(), tmp_path_factory.mktemp("pooler")
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n* = host={postgres_uri.partition('host=')[2]} user=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\n"
        "unix_socket_dir =\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 99\n"
    )
    settings.chmod(0o644)
    # It refuses to run as root.
    nobody = ["-u", "pgserver"] if os.getuid() == 0 else []
    command = ["pgbouncer", "-q", *nobody, str(settings)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        servers.wait_for_port(port)
        yield f"host=127.0.0.1&port={port}"
    finally:
        server.terminate()
        server.wait()


def through(pooler: str, url: str) -> str:
    return f"{url.partition('?')[0]}?{pooler}"


def test_behind_a_pooler_nothing_is_prepared(pooler: str, postgres_uri: str) -> None:
    engines = [connect(through(pooler, postgres_uri)) for _ in range(4)]
    for turn in range(8):
        for number, engine in enumerate(engines):
            with engine.connect() as connection:
                found = connection.execute(
                    text(f"SELECT CAST(:turn AS int) + {number}"), {"turn": turn}
                )
                assert found.scalar_one() == turn + number
                driver = connection.connection.driver_connection
                assert driver is not None
                assert driver.prepare_threshold is None
    for engine in engines:
        engine.dispose()


def test_a_course_is_lived_behind_a_pooler(
    pooler: str, postgres_uri: str, postgres_database: Restored, tmp_path: Path
) -> None:
    with set_oddly(postgres_uri, postgres_database, ODD["german"]) as url:
        assert len(live(through(pooler, url), tmp_path).letters()) == 13


def test_many_at_once_behind_a_pooler_do_not_cross(
    pooler: str, postgres_database: Restored, tmp_path: Path
) -> None:
    postgres_database.restore()
    url = through(pooler, postgres_database.url)
    made = [worlds.make(url, tmp_path / str(number)) for number in range(4)]

    def sign_up(world: World, number: int) -> None:
        for turn in range(5):
            address = f"reader{number}-{turn}@example.org"
            world.press(
                "/courses/emotional-safety/sign-ups", address=address, first_name=address[:9]
            )
            world.settle()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sign_up, made, range(4)))
    made[0].settle()
    letters = [mail for world in made for mail in world.mail()]
    assert len({mail["To"] for mail in letters}) == len(letters) == 20
    assert all(str(mail["To"])[:9] in World.text(mail) for mail in letters)
    for world in made:
        world.runtime.engine.dispose()
