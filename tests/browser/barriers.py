"""What axe says of a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.product import Scheme

OF_COLOURS = ["color-contrast", "link-in-text-block"]

AXE = Axe().axe_script

# Half a megabyte, handed to Chromium once; a page only looks over it until it is asked for.
BRING_AXE = f"window.bringAxe = () => {{ {AXE} }}"

# Of what it finds, only what is wrong is taken together and brought here.
RUN_AXE = """options => {
    if (!window.axe) bringAxe();
    return axe.run(options).then(results => results.violations);
}"""


def bring_axe(page: Page) -> None:
    """Into every page that this browser opens from now on."""
    page.context.add_init_script(BRING_AXE)


def barriers(page: Page, without: tuple[str, ...] = ()) -> list[str]:
    """What axe says by day and by night, a line for each violation and where it is.

    By night it is asked about colours alone: nothing else depends on the scheme. Without motion: it
    would see a button's colours on their way from one to the other.
    """
    page.wait_for_load_state()  # axe would look at a page half dressed
    rules = {name: {"enabled": False} for name in without}
    by_day = {"rules": rules, "resultTypes": ["violations"]}
    by_night = {"runOnly": OF_COLOURS, "resultTypes": ["violations"]}
    found = []
    scheme: Scheme
    for scheme, options in (("light", by_day), ("dark", by_night)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [
            f"{scheme}: {violation['id']}: {node['target']}"
            for violation in page.evaluate(RUN_AXE, options)
            for node in violation["nodes"]
        ]
    return found
