"""What every world would compile for itself, compiled once for all worlds of a test process.

An application's routes, pages and SQL statements are the same in each of them, and so is the
printed sampler of nearly every course that a test publishes; compiling them takes half of what a
test takes. Shared are the results of the libraries' compilers and nothing else: of routes of the
same text, of statements of the same cache key, of samplers with the same words.
"""

import json
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any

import typst
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Map, Rule

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
        self._code: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.code


def share_routes() -> None:
    """Werkzeug reads each route and compiles two functions, which know it by `self` alone."""
    compiled: Callable[[Rule], None] = Rule.compile
    kept: dict[tuple[object, ...], Rule] = {}

    def once(route: Rule) -> None:
        if route.defaults or route.map is None or route.map.converters != Map.default_converters:
            compiled(route)
            return
        place = (route.subdomain, route.host, route.map.host_matching)
        key = (route.rule, route.merge_slashes, *place)
        if key not in kept:
            compiled(route)
            kept[key] = route
            return
        first: Any = kept[key]
        route.arguments |= first.arguments
        route._parts, route._trace = first._parts, first._trace
        route._converters = first._converters
        route._build = first._build.__func__.__get__(route)
        route._build_unknown = first._build_unknown.__func__.__get__(route)

    Rule.compile = once  # type: ignore[method-assign, assignment]


def share_samplers() -> None:
    """What is printed follows from what Typst is given; `typeset_anew` forgets it."""
    typst.compile = _typeset  # type: ignore[assignment]


def typeset_anew() -> None:
    _typeset_once.cache_clear()


_compile = typst.compile


def _typeset(template: bytes, **how: Any) -> bytes:
    return _typeset_once(template, json.dumps(how, sort_keys=True))


@cache
def _typeset_once(template: bytes, how: str) -> bytes:
    printed: bytes = _compile(template, **json.loads(how))
    return printed
