"""The least that a sign-up can be: a Flask view that inserts one row, durably.

`gunicorn tests.bench.peers.bare_flask:app`, with the database's path in BENCH_DATABASE.
"""

import os
import sqlite3
import threading

from flask import Flask, Response, redirect, request

app = Flask(__name__)
_own = threading.local()

TABLE = "CREATE TABLE IF NOT EXISTS request (id INTEGER PRIMARY KEY, address TEXT, name TEXT)"


@app.get("/")
def home() -> str:
    return "It runs."


@app.post("/sign-ups")
def sign_up() -> Response:
    row = (request.form["address"], request.form["first_name"])
    _connection().execute("INSERT INTO request (address, name) VALUES (?, ?)", row)
    return redirect("/", code=303)  # type: ignore[return-value]


def _connection() -> sqlite3.Connection:
    """One for each thread; every statement is a transaction, as safe as the product's."""
    if not hasattr(_own, "connection"):
        _own.connection = sqlite3.connect(
            os.environ["BENCH_DATABASE"], timeout=15, isolation_level=None
        )
        _own.connection.execute("PRAGMA journal_mode = WAL")
        _own.connection.execute("PRAGMA synchronous = FULL")
        _own.connection.execute(TABLE)
    connection: sqlite3.Connection = _own.connection
    return connection
