"""What every world would compile for itself, compiled once for all worlds of a test process.

An application's routes, pages and SQL statements are the same in each of them, and compiling them
takes half of what a test takes. Shared are the results of the libraries' compilers and nothing
else: of routes of the same text, of statements of the same cache key.
"""

from collections.abc import Callable
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Rule

_FIRST: dict[str, Engine] = {}


def keep_statements(engine: Engine) -> None:
    """Of an engine that has been connected: its dialect has asked the server what it can."""
    _FIRST.setdefault(engine.dialect.name, engine)


def share_statements(engine: Engine) -> None:
    """Statements are kept by dialect, so the engine gets the first one's too.

    Its connections and its events stay its own.
    """
    if first := _FIRST.get(engine.dialect.name):
        engine.dialect = first.dialect
        engine._compiled_cache = first._compiled_cache


class Pages(BytecodeCache):
    """The templates of the pages."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


def share_routes() -> None:
    """Werkzeug writes and compiles two functions for each route; they know it by `self` alone."""
    compiled: Callable[[Rule, bool], Any] = Rule._compile_builder
    kept: dict[tuple[object, ...], Any] = {}

    def once(route: Rule, append_unknown: bool = True) -> Any:
        if route.defaults:
            return compiled(route, append_unknown)
        key = (route.rule, *route._trace, append_unknown)
        if key not in kept:
            kept[key] = compiled(route, append_unknown)
        return kept[key]

    Rule._compile_builder = once  # type: ignore[method-assign, assignment]
