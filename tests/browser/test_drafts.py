"""What is being written survives a closed tab, on that device and nowhere else."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.product import Reader

pytestmark = pytest.mark.browser


@pytest.fixture
def lesson(reader: Reader) -> str:
    """The address behind the button of Ada's first lesson."""
    reader.signs_up("draft@example.org")
    reader.opens_the_newest_letter("Please confirm, and the sampler is yours")
    reader.presses_in_the_letter("Yes, send me the sampler").get_by_role("button").first.click()
    reader.opens_the_newest_letter("Your CNT Toolkit Sampler is here")
    reader.travels("To the next letter")
    tab = reader.presses_in_the_letter("Write my answer")
    return tab.url


def test_a_draft_survives_a_closed_tab_and_goes_when_it_is_saved(
    reader: Reader, lesson: str
) -> None:
    tab = opened(reader, lesson)
    tab.get_by_role("textbox").fill("On the drive back")
    expect(tab.get_by_text("Draft kept")).to_be_visible()
    tab.close()
    tab = opened(reader, lesson)
    expect(tab.get_by_role("textbox")).to_have_value("On the drive back")
    tab.get_by_role("button", name="Save to my journal").click()
    tab.wait_for_url("**/saved")
    assert "On the drive back" not in tab.evaluate("Object.values(localStorage).join()")


def opened(reader: Reader, url: str) -> Page:
    tab = reader.page.context.new_page()
    tab.goto(url)
    return tab
