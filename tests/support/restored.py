"""A PostgreSQL database that becomes again what it was, in a fiftieth of the time of a new one."""

import psycopg

FILLED = "filled"

# Milliseconds to wait for the end of each.
_CUT_OFF = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_NUMBERS = """
    format('PERFORM setval(%L, %s, %L)', sequencename, coalesce(last_value, 1),
           last_value IS NOT NULL)
"""

# A row that was written since has another place or another transaction.
_ROWS = "SELECT md5(string_agg(ctid::text || xmin::text, ',')) FROM public.\"{table}\""
_CONTENT = """
    SELECT md5(string_agg(row::text, ',' ORDER BY row::text)) FROM public."{table}" AS row
"""

_TABLE = """
    found := ({rows});
    IF NOT EXISTS (SELECT FROM kept.held AS held WHERE held."table" = '{table}'
                   AND held.content IS NOT DISTINCT FROM {content}
                   AND held.rows IS NOT DISTINCT FROM found) THEN
        DELETE FROM public."{table}";
        INSERT INTO public."{table}" TABLE {copies}."{table}";
        UPDATE kept.held AS held SET content = {content}, rows = ({rows})
        WHERE held."table" = '{table}';
    END IF;
"""

# Foreign keys hold again in the end; until then they would only say in which order.
_FUNCTION = """
    CREATE FUNCTION {copies}.restore() RETURNS void LANGUAGE plpgsql
    SET session_replication_role = replica AS $$
    DECLARE found text;
    BEGIN
        {body}
    END $$
"""


class Restored:
    """By one connection that is kept, and only the tables in which a row has changed."""

    def __init__(self, url: str) -> None:
        """At `url`, filled, and nobody is connected."""
        self.url = url
        self._copies: dict[str, str] = {}
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("CREATE SCHEMA kept")
        self._connection.execute('CREATE TABLE kept.held ("table" text, content text, rows text)')
        self._tables = self._column("tablename FROM pg_tables WHERE schemaname = 'public'")
        for table in self._tables:
            self._connection.execute(f"INSERT INTO kept.held VALUES ('{table}')")
        self.keep(FILLED)

    def keep(self, name: str) -> None:
        """What is in the database now, to be restored by that name."""
        copies = self._copies[name] = f"kept_{len(self._copies)}"
        self._connection.execute(f"CREATE SCHEMA {copies}")
        body = []
        for table in self._tables:
            copy = f'CREATE TABLE {copies}."{table}" AS TABLE public."{table}"'
            self._connection.execute(copy)
            (content,) = self._column(f"quote_nullable(({_CONTENT.format(table=table)}))")
            words = {"table": table, "copies": copies, "content": content}
            body += [_TABLE.format(**words, rows=_ROWS.format(table=table))]
        numbers = self._column(f"{_NUMBERS} FROM pg_sequences WHERE schemaname = 'public'")
        body += [f"{number};" for number in numbers]
        self._connection.execute(_FUNCTION.format(copies=copies, body="\n".join(body)))

    def restore(self, name: str = FILLED) -> None:
        """Whoever is still connected may have a row in hand, and is cut off."""
        try:
            self._restore(name)
        except psycopg.OperationalError:
            # A test has restarted the server, or cut everybody off.
            self._connection = psycopg.connect(self.url, autocommit=True)
            self._restore(name)

    def forget(self) -> None:
        """Nothing is left of what was kept since it was filled."""
        for name in [name for name in self._copies if name != FILLED]:
            self._connection.execute(f"DROP SCHEMA {self._copies.pop(name)} CASCADE")

    def close(self) -> None:
        self._connection.close()

    def _restore(self, name: str) -> None:
        self._connection.execute(_CUT_OFF)
        self._connection.execute(f"SELECT {self._copies[name]}.restore()")

    def _column(self, words: str) -> list[str]:
        return [value for (value,) in self._connection.execute(f"SELECT {words}")]
