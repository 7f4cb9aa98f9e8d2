"""What is wrong with the settings: a sentence for each problem, all at once.

In production what is missing or weak stops the start.
"""

from course.config import hosts, senders, urls
from course.config.dkim_keys import signers
from course.config.settings import PREFIX, Settings
from course.config.strength import SHORTEST_SECRET, SHORTEST_TOKEN, is_strong, weakness
from sequences.manifest import SLUG

# A token has at most 32 characters and "/u/" takes three; a List-Unsubscribe URL of more than
# 76 would be broken by header folding.
LONGEST_BASE_URL = 76 - 32 - 3

# The remedy for those who have none that is strong enough.
HOW_TO_DRAW = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"


def all_problems(settings: Settings, are_addresses_wrong: bool) -> list[str]:
    """Of complete settings. `are_addresses_wrong`: the loader has said so, and why."""
    return [
        *_address_problems(settings, are_addresses_wrong),
        *_development_problems(settings),
        *_production_problems(settings),
    ]


def problems_before_defaults(given: Settings) -> list[str]:
    """Of the settings that development's defaults are made of."""
    folders = [("state", given.state), *(("courses", root) for root in given.course_roots)]
    problems = [
        f"{PREFIX}{name.upper()} {reason}"
        for name, folder in folders
        if (reason := urls.path_problem(folder))
    ]
    if not given.course_roots:
        problems.append(f"{PREFIX}COURSES names no folder.")
    try:
        hosts.bound(given.bind)
    except ValueError as error:
        problems.append(f"{PREFIX}BIND {error}")
    return problems


def _address_problems(settings: Settings, are_addresses_wrong: bool) -> list[str]:
    """Of what stands in letters: addresses, links, signatures."""
    problems = []
    if settings.home_course and not SLUG.fullmatch(settings.home_course):
        problems.append(f"{PREFIX}HOME_COURSE is no course's short name, like emotional-safety.")
    if are_addresses_wrong or not (settings.base_url and settings.mail_from):
        return problems
    if len(settings.base_url) > LONGEST_BASE_URL:
        return [
            *problems,
            f"{PREFIX}BASE_URL has {len(settings.base_url)} characters; at most "
            f"{LONGEST_BASE_URL} fit, or mail programs lose the unsubscribe link.",
        ]
    try:
        senders.check(settings.mail_from, settings.mail_inbox, settings.base_url)
    except ValueError as error:
        return [*problems, f"{PREFIX}MAIL_FROM {error}"]
    return problems + _dkim_problems(settings)


def _dkim_problems(settings: Settings) -> list[str]:
    try:
        signers(settings.dkim_keys, settings.mail_domain)
    except ValueError as error:
        return [f"LETTERPATH_DKIM_KEYS can't be used: {error}"]
    return []


def _development_problems(settings: Settings) -> list[str]:
    """The mailbox shows every letter to everybody, which is for one's own machine."""
    if not settings.in_development:
        return []
    shown = f"{PREFIX}ENV is development, which shows all letters to everybody at"
    problems = []
    if (host := hosts.host_of(settings.base_url)) and not hosts.is_nearby(host):
        problems.append(f"{shown} {settings.base_url}/mailbox. Set {PREFIX}ENV=production.")
    if not hosts.only_nearby_can_reach(hosts.bound(settings.bind)[0]):
        problems.append(
            f"{shown} {PREFIX}BIND={settings.bind}. Set {PREFIX}ENV=production, or bind 127.0.0.1 "
            "or this machine's address in the own network."
        )
    return problems


def _production_problems(settings: Settings) -> list[str]:
    if settings.in_development:
        return []
    required = ("base_url", "database_url", "redis_url", "mail_url", "mail_from")
    problems = [
        f"{PREFIX}{name.upper()} is missing." for name in required if not settings.text(name)
    ]
    problems += [
        f"{PREFIX}{name.upper()} can't be used: {reason}"
        for name in ("mail_url", "redis_url", "database_url")
        if (given := settings.text(name)) and (reason := urls.problem(name, given))
    ]
    if settings.base_url.startswith("http://"):
        problems.append(f"{PREFIX}BASE_URL must begin with https:// in production.")
    if settings.mail_url.startswith("memory:"):
        problems.append(f"{PREFIX}MAIL_URL is memory:, which sends nothing. Use smtp:// instead.")
    if weak := weakness(settings.text("secret_key"), SHORTEST_SECRET):
        problems.append(f"{PREFIX}SECRET_KEY {weak} {HOW_TO_DRAW}")
    token = settings.text("metrics_token")
    if token and (weak := weakness(token, SHORTEST_TOKEN)):
        problems.append(f"{PREFIX}METRICS_TOKEN {weak} {HOW_TO_DRAW}")
    if not is_strong(settings.text("admin_password_hash")):
        problems.append(
            f"{PREFIX}ADMIN_PASSWORD_HASH is missing or not a strong argon2id hash. "
            "Make one: letterpath password"
        )
    return problems
