"""The composition root: what one process works with, built from its settings in one place.

It is built once, in the process that uses it: nothing crosses a fork. Routes, jobs and the clock
take a `Runtime`; what they call is handed the parts that it uses (an engine, a moment, transports).
"""

import os
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from course.config import loader
from course.config.dkim_keys import signers
from course.config.settings import Settings
from course.config.transports import NamedTransport, named_transports
from course.db.engine import connect
from course.runtime.bell import QUEUE, Bell
from course.runtime.clock import Clock, ShiftedClock, SystemClock
from course.runtime.clock_jumps import JumpDetector
from course.runtime.heartbeats import HeartbeatWriter
from course.runtime.links import Links
from course.runtime.scrubbing import Scrubber
from course.runtime.security_log import SecurityLog
from emails.message.dkim import DkimSigner
from emails.tokens import Signer


@dataclass
class Runtime:
    """The parts of one process. Those that connect or read a file are made when first used.

    `stopping` is set when the process was told to end: no further letter is begun.
    """

    settings: Settings
    engine: Engine
    clock: Clock
    pid: int = field(default_factory=os.getpid)
    stopping: threading.Event = field(default_factory=threading.Event)
    jump_detector: JumpDetector = field(default_factory=JumpDetector)

    def now(self) -> datetime:
        return self.clock.now()

    def now_without_jump(self) -> datetime:
        """What the wall clock would say if it had not jumped: for work that was begun before."""
        jumped = self.jump_detector.jumped()
        now = self.now()
        if self.jump_detector.jumped() is not jumped:
            return self.now_without_jump()  # it has jumped between the two
        return now - timedelta(seconds=self.jump_detector.jump) if jumped else now

    @cached_property
    def heartbeat(self) -> HeartbeatWriter:
        """For the clock."""
        return HeartbeatWriter(self.engine)

    @cached_property
    def bell(self) -> Bell:
        """Two installations may share a Redis: each has a queue of its own, from its secret."""
        return Bell(self.settings.redis_url, f"{QUEUE}-{self.security_log.digest('queue')}")

    @cached_property
    def security_log(self) -> SecurityLog:
        key = self.settings.secret_key.get_secret_value()
        return SecurityLog(self.settings.redis_url, key)

    @cached_property
    def scrubber(self) -> Scrubber:
        """For the clock."""
        return Scrubber(self.engine)

    @property
    def attempt_logs(self) -> Path:
        """Beside the worker: on a disk of this machine, not shared with others."""
        return self.settings.state / "logbooks"

    @property
    def lease(self) -> timedelta:
        """How long a claim holds; a worker that is not done by then is taken for dead."""
        return timedelta(seconds=self.settings.lease)

    @cached_property
    def transports(self) -> list[NamedTransport]:
        """The usual transport, and those that take over where it can't."""
        return named_transports(self.settings.mail_url, self.settings.mail_domain)

    @cached_property
    def signers(self) -> tuple[DkimSigner, ...]:
        """With which every letter is signed (DKIM)."""
        return signers(self.settings.dkim_keys, self.settings.mail_domain)

    @cached_property
    def signer(self) -> Signer:
        return Signer(self.settings.secret_key.get_secret_value())

    @cached_property
    def links(self) -> Links:
        return Links(self.settings.base_url, self.signer)


def build(settings: Settings, clock: Clock | None = None) -> Runtime:
    engine = connect(settings.database_url)
    if clock is None:
        clock = ShiftedClock(engine) if settings.in_development else SystemClock()
    return Runtime(settings, engine, clock)


_runtime: Runtime | None = None


def runtime() -> Runtime:
    """This process's runtime, built from the environment when it is first asked for."""
    global _runtime
    if _runtime is None or _runtime.pid != os.getpid():
        _runtime = build(loader.load())
    return _runtime
