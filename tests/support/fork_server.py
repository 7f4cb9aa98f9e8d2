"""A process that has imported what others would import, and forks one for each order.

An order and its answer are a line of JSON each. The module that is run as the server says what is
imported, and what a child does: `commands` runs commands, `forked` worker.py and gunicorn.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from tests.support.environment import ROOT, environment

Order = dict[str, Any]
Reply = Callable[[Any], None]


def ask(module: str, order: Order) -> Any:
    """What the server of that module answers; it is started with the first order."""
    server = _server(module)
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(order) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


def orders() -> Iterator[tuple[Order, Reply]]:
    """In the server: each order, and how it is answered. The children have 0, 1 and 2."""
    lines, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")

    def reply(answer: Any) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    for line in lines:
        yield json.loads(line), reply


def become(order: Order, files: list[int]) -> None:
    """In a child: the order's environment and words, and these for its files 0, 1 and 2."""
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv[1:] = order["words"]
    for number, file in enumerate(files):
        os.dup2(file, number)
    for file in {*files}:
        os.close(file)


@cache
def _server(module: str) -> "subprocess.Popen[str]":
    """It ends with this process, whose end of the pipe is closed then."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
