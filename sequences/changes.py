"""What a course that is published anew changes, and for how many of its readers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sequences.schedule_words import sentence
from sequences.sequence import CLOSING, Lesson, LetterText, Sequence


@dataclass(frozen=True)
class Standing:
    """So many `readers` on their way have the same steps behind them.

    `on_course_days`: their days, their hour or both are the course's.
    """

    done: frozenset[str]
    on_course_days: bool
    readers: int


@dataclass(frozen=True)
class Change:
    """In a sentence. `readers`: how many get something else, or at another time, than they would
    have: a better text is no such thing.
    """

    words: str
    readers: int = 0


def changes(before: Sequence, after: Sequence, standings: Iterable[Standing]) -> list[Change]:
    """The most surprising first."""
    where, renamed = list(standings), _renamed(before, after)
    gone = [step for step in before.steps if step not in after.steps and step not in renamed]
    new = [step for step in after.steps if step not in {*before.steps, *renamed.values()}]
    return [
        *(_rename(old, name, where) for old, name in renamed.items()),
        *(_removal(before, step, where) for step in gone),
        *(_addition(after, step, where) for step in new),
        *_moves(before, after),
        *_schedule(before, after, where),
        *_texts(before, after),
    ]


def _renamed(before: Sequence, after: Sequence) -> dict[str, str]:
    """By its old id, a lesson's new one: what it says is the same, or where it stands is."""
    lost = [lesson for lesson in before.lessons if after.lesson(lesson.id) is None]
    found = [lesson for lesson in after.lessons if before.lesson(lesson.id) is None]
    pairs: dict[str, str] = {}
    for old in lost:
        for new in found:
            if new.id not in pairs.values() and _alike(before, old, after, new):
                pairs[old.id] = new.id
                break
    return pairs


def _alike(before: Sequence, old: Lesson, after: Sequence, new: Lesson) -> bool:
    if old.title == new.title or old.body == new.body:
        return True
    same_length = len(before.lessons) == len(after.lessons)
    return same_length and before.number(old.id) == after.number(new.id)


def _rename(old: str, new: str, where: list[Standing]) -> Change:
    had = _count(where, lambda standing: old in standing.done)
    words = f"{old} is called {new} now: "
    if not had:
        return Change(f"{words}nobody on their way has had it yet.")
    will = f"{_readers(had)} who had {old} will get {new} as new"
    return Change(f"{words}{will}. To spare them, keep the id {old}.", had)


def _removal(before: Sequence, step: str, where: list[Standing]) -> Change:
    missing = _count(where, lambda standing: step not in standing.done)
    words = f"{_named(before, step)} is gone: "
    if not where:
        return Change(f"{_named(before, step)} is gone.")
    if not missing:
        return Change(f"{words}everybody on their way has had it.")
    who = f"{_readers(missing)} who {'has' if missing == 1 else 'have'} not had it"
    return Change(f"{words}{who} will not get it.", missing)


def _addition(after: Sequence, step: str, where: list[Standing]) -> Change:
    if not where:
        return Change(f"{_named(after, step)} is new.")
    later = set(after.steps[after.steps.index(step) + 1 :])
    past = _count(where, lambda standing: bool(standing.done & later))
    ahead = _count(where, lambda standing: not standing.done & later)
    words = f"{_named(after, step)} is new: {_readers(ahead)} on their way will get it in its place"
    if not past:
        return Change(f"{words}.")
    who, get = ("who is", "gets") if past == 1 else ("who are", "get")
    return Change(f"{words}, and {_readers(past)} {who} past its place {get} it next.", past)


def _moves(before: Sequence, after: Sequence) -> Iterator[Change]:
    here = [step for step in before.steps if step in after.steps]
    there = [step for step in after.steps if step in before.steps]
    if here != there:
        yield Change(f"The order is {', '.join(there)}. Nobody gets one of them twice.")


def _schedule(before: Sequence, after: Sequence, where: list[Standing]) -> Iterator[Change]:
    if before.schedule == after.schedule:
        return
    theirs = _count(where, lambda standing: standing.on_course_days)
    old, new = sentence(before.schedule), sentence(after.schedule)
    words = new if old != new else "The distances in [schedule] have changed."
    if not where:
        yield Change(words)
        return
    if not theirs:
        yield Change(f"{words} Everybody on their way chose days and an hour of their own.")
        return
    yield Change(f"{words} For {_readers(theirs)}, that is from the next letter on.", theirs)


def _texts(before: Sequence, after: Sequence) -> Iterator[Change]:
    lessons = [
        lesson.id
        for lesson in after.lessons
        if (old := before.lesson(lesson.id)) and _says(old) != _says(lesson)
    ]
    if lessons:
        yield Change(f"With a new text, for those who have not had it: {', '.join(lessons)}.")
    # A closing letter that comes or goes is a step.
    steps = {CLOSING} if (CLOSING in before.steps) != (CLOSING in after.steps) else set()
    letters = {letter.id: _says(letter) for letter in after.letters}
    old_letters = {letter.id: _says(letter) for letter in before.letters}
    changed = sorted(
        name
        for name in ({**old_letters, **letters}).keys() - steps
        if letters.get(name) != old_letters.get(name)
    )
    if changed:
        yield Change(f"Letters that are worded anew: {', '.join(changed)}.")


def _says(text: Lesson | LetterText) -> object:
    """Without where it stands in its file."""
    where = ("source", "line", "label_lines")
    return {key: value for key, value in vars(text).items() if key not in where}


def _named(sequence: Sequence, step: str) -> str:
    return "The closing letter" if step == CLOSING else f"{step} (“{sequence.title_of(step)}”)"


def _count(where: list[Standing], holds: Callable[[Standing], bool]) -> int:
    return sum(standing.readers for standing in where if holds(standing))


def _readers(number: int) -> str:
    return "1 reader" if number == 1 else f"{number:,} readers"
