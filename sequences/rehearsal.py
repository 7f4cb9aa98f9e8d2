"""A reader's whole journey, computed in a moment, by the same decision that the engine takes."""

from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from sequences.progress import Progress, Send, decide, first_send_at, nudge_at, resume_at
from sequences.schedule import Window
from sequences.sequence import Sequence


@dataclass(frozen=True)
class Pause:
    """Both aware; the journey goes on at the first opening past `until`."""

    starts_at: datetime
    until: datetime


@dataclass(frozen=True)
class Persona:
    """Somebody who confirms at `begins_at`. `answers`: writes at once, so no nudge is needed."""

    zone: str
    begins_at: datetime
    days: frozenset[int] | None = None
    at: time | None = None
    pauses: tuple[Pause, ...] = ()
    answers: bool = False


@dataclass(frozen=True)
class Event:
    """`at` is in UTC. `what`: a lesson's id, or sampler, nudge, closing, pause, resume."""

    at: datetime
    what: str
    title: str


def rehearse(sequence: Sequence, persona: Persona) -> list[Event]:
    """Everything that happens, in order of time."""
    window = sequence.schedule.window(persona.zone, persona.days, persona.at)
    events = [_sampler(sequence, persona)]
    for pause in persona.pauses:
        events += [Event(pause.starts_at, "pause", ""), Event(pause.until, "resume", "")]
    lessons = _lessons(sequence, persona, window)
    events += lessons
    if not persona.answers:
        events += _nudges(sequence, persona, window, lessons)
    return sorted(events, key=lambda event: event.at)


def _lessons(sequence: Sequence, persona: Persona, window: Window) -> list[Event]:
    events: list[Event] = []
    done: frozenset[str] = frozenset()
    slot: datetime | None = first_send_at(sequence.schedule, persona.begins_at, window)
    while slot is not None:
        last = events[-1].at if events else None
        if (pause := _pause_at(persona, slot)) is not None:
            slot = resume_at(sequence.schedule, pause.until, window, last)
            continue
        step = decide(sequence, Progress(done, slot, window), slot)
        if not isinstance(step, Send):
            break
        events.append(Event(slot, step.step, sequence.title_of(step.step)))
        done, slot = done | {step.step}, step.next_send_at
    return events


def _nudges(
    sequence: Sequence, persona: Persona, window: Window, lessons: list[Event]
) -> list[Event]:
    """Of lessons that ask something, until the next letter is there; none during a pause."""
    if sequence.letter("nudge") is None:
        return []
    found = []
    for event, after in pairwise(lessons):
        at = nudge_at(sequence.schedule, event.at, window)
        if at is None or at >= after.at or _paused_between(persona, event.at, at):
            continue
        if (lesson := sequence.lesson(event.what)) and lesson.prompt:
            found.append(Event(at, "nudge", event.title))
    return found


def _pause_at(persona: Persona, at: datetime) -> Pause | None:
    return next((p for p in persona.pauses if p.starts_at <= at <= p.until), None)


def _paused_between(persona: Persona, begins: datetime, ends: datetime) -> bool:
    """A pause calls a nudge off, even if it is over by then."""
    return any(begins < pause.starts_at <= ends for pause in persona.pauses)


def _sampler(sequence: Sequence, persona: Persona) -> Event:
    title = sequence.sampler.title if sequence.sampler else sequence.title_of("welcome")
    return Event(persona.begins_at, "sampler", title)
