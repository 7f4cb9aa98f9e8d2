"""A newcomer lives through five weeks in a minute: the story, in a real Chromium.

Everything is as `make run` starts it: web server, RQ worker, clock, Redis, mailbox, time machine.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.product import Reader, running

pytestmark = pytest.mark.browser

TITLES = [
    "Create a Judgment-Free Communication Zone",
    "Validate Feelings Without Rushing to Fix Them",
    "Schedule Regular Emotional Check-Ins",
    "Repair After Conflict with Genuine Accountability",
    "Reinforce Safety with Everyday Affection",
]


def test_a_newcomer_lives_through_the_whole_course(page: Page, tmp_path: Path) -> None:
    state = tmp_path / "site"
    state.mkdir()
    with running(state) as base:
        lives_through_the_whole_course(Reader(page, base))


def lives_through_the_whole_course(reader: Reader) -> None:
    signs_up_and_confirms(reader)
    for number, title in enumerate(TITLES, start=1):
        gets_a_lesson(reader, number, title)
        if number == 1:
            is_nudged(reader, title)
        writes(reader, f"What I think of week {number}.")
    reads_the_closing_letter_and_the_journal(reader)
    restarts_pauses_and_leaves(reader)


def signs_up_and_confirms(reader: Reader) -> None:
    reader.signs_up("ada@example.org")
    reader.opens_the_newest_letter("Please confirm, and the sampler is yours")
    tab = reader.presses_in_the_letter("Yes, send me the sampler")
    tab.get_by_role("button", name=re.compile("Yes")).click()
    expect(tab.get_by_role("heading", name="It’s good to have you here")).to_be_visible()
    expect(tab.get_by_text("at 7:30").first).to_be_visible()
    reader.opens_the_newest_letter("Your CNT Toolkit Sampler is here")
    sampler = reader.presses_in_the_letter("Open the sampler")
    expect(sampler.get_by_role("heading", level=1)).to_contain_text("Sampler")


def gets_a_lesson(reader: Reader, number: int, title: str) -> None:
    reader.travels("To the next letter")
    frame = reader.page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name=title)).to_be_visible()
    expect(frame.get_by_text(f"Step {number} of 5").first).to_be_visible()


def is_nudged(reader: Reader, title: str) -> None:
    reader.travels("To the next letter")
    expect(reader.page.frame_locator("iframe").get_by_text(title).first).to_be_visible()


def writes(reader: Reader, text: str) -> None:
    tab = reader.presses_in_the_letter("Write my answer")
    tab.get_by_role("textbox").fill(text)
    tab.get_by_role("button", name=re.compile("Keep|Save|Write")).first.click()
    tab.wait_for_url("**/saved")
    expect(tab.get_by_text(text)).to_have_count(0)
    tab.close()


def reads_the_closing_letter_and_the_journal(reader: Reader) -> None:
    reader.travels("To the next letter")
    frame = reader.page.frame_locator("iframe")
    for number in range(1, 6):
        expect(frame.get_by_text(f"What I think of week {number}.").first).to_be_visible()
    door = reader.presses_in_the_letter("Open my journal")
    door.get_by_label(re.compile("address")).fill("ada@example.org")
    door.get_by_role("button").first.click()
    reader.opens_the_newest_letter("Your link to your journal")
    journal = reader.presses_in_the_letter("Open my journal")
    journal.get_by_role("button", name="Open my journal").click()
    for title in TITLES:
        expect(journal.get_by_role("heading", name=title)).to_be_visible()
    expect(journal.get_by_text("What I think of week 5.")).to_be_visible()


def restarts_pauses_and_leaves(reader: Reader) -> None:
    reader.page.goto(f"{reader.base}/mailbox")
    reader.page.get_by_role("link", name=re.compile("What holds the house")).first.click()
    pace = reader.presses_in_the_letter(re.compile("pace", re.IGNORECASE))
    pace.get_by_role("button", name=re.compile("Start with the first")).first.click()
    expect(pace.get_by_text("You’re starting over with the first lesson.")).to_be_visible()
    pace.get_by_role("button", name=re.compile("Pause for two weeks")).click()
    expect(pace.get_by_text("Paused.")).to_be_visible()
    pace.get_by_role("button", name="Resume now").first.click()
    expect(pace.get_by_text("You’re back.")).to_be_visible()
    gets_a_lesson(reader, 1, TITLES[0])
    leave = reader.presses_in_the_letter("Unsubscribe")
    leave.get_by_role("button", name="Unsubscribe").first.click()
    expect(leave.get_by_role("heading", name="You’ve unsubscribed")).to_be_visible()
    reader.page.goto(f"{reader.base}/mailbox")
    expect(reader.page.get_by_text("No letter is due.")).to_be_visible()
