"""Phrases in the text of SMTP replies, as patterns: what servers say of us, and of a letter.

They are for one line, without addresses, links and enhanced codes, where an IP address is the word
`ipaddress`. What is looked for between two words is bounded, so no text takes long.
"""

import re

_DENIED = (
    r"(?:denie[sd]|deny|reject(?:s|ed|ing)?|refus(?:es|ed|ing)|blocked|block(?:s|ing)|banned"
    r"|prohibit(?:s|ed)|forbidden|disallow(?:s|ed)|(?:black|block|deny)[- ]?listed|disabled"
    r"|not (?:be )?(?:allow|permit|accept|authori[sz])\w*|unauthori[sz]ed)"
)
_PAUSED = (
    r"(?:suspended|disabled|locked|blocked|paused|deactivated|terminated|restricted|on hold"
    r"|expired|not (?:active|activated|approved|enabled)|pending|over (?:its )?quota)"
)
_NOT = r"(?:not|\w{1,8}n['’]t|never|no longer|cannot|unable)"

# Then it is the reader who has a limit.
_READER = r"recipient|receiv|mailbox|inbox|said"


def _any(*patterns: str) -> str:
    return "|".join(patterns)


def _near(one: str, other: str, but_for: str = "said") -> str:
    """The one before the other in one sentence, and nothing of `but_for` between them."""
    gap = rf"(?:(?!\b(?:{but_for}))(?:[^.;]|\.\b)){{0,60}}?"
    return rf"\b(?:{one})\b{gap}\b(?:{other})"


def _together(one: str, other: str, but_for: str = "said") -> str:
    """The two in one sentence, in either order."""
    return _any(_near(one, other, but_for), _near(other, one, but_for))


CHOOSY = _any(
    r"resolver\.rst|restricted recipient|allowed[- ]senders list",
    r"\b(?:blocked|rejected|refused|listed) by (?:the |this )?(?:recipient|user|addressee)\b",
    r"\b(?:recipient|user|addressee|mailbox|group)(?:['’]s)? (?:has (?:not )?|does not |only )*"
    r"(?:accept|block|reject|refus|want|deny|black)",
)

SENDER = _any(
    _together(
        _any(
            r"sender(?:['’]s)?(?! (?:may|can|should contact))|mail from(?! ipaddress)",
            r"from[ :-]address|from header|return[- ]path|envelope[- ]from|send ?as|identity",
            r"sending (?:domain|address)",
        ),
        _any(
            rf"{_DENIED}|{_NOT}|invalid|unverified|unknown|verif\w*|must|missing|mismatch\w*",
            r"fail\w*|bad|does|bogus|illegal|has no|without",
        ),
        "content|said|spam",
    ),
    _near(_DENIED, "to (?:send|use|submit)|ses:send|from sending"),
    r"\bsend ?as ?denied|\bsend (?:mail |e-?mail )?(?:as|on behalf)\b|\bsender signature",
    r"\bbadmailfrom|\b(?:e-?mail )?address is not verified|\bunregistered domain|\bsandbox",
    r"\bdomain name required",
    r"\b(?:your|sending|from) domain\b[^.;]{0,30} (?:not|un)[- ]?(?:verified|validated|allowed)",
    r"\bequals? (?:to )?(?:the )?authori[sz]ed user|same as authori[sz]ation user",
)

LOGIN = _any(
    r"\b(?:smtp[- ]?)?auth(?:entication|ori[sz]ation)? (?:is |has )?(?:required|needed|first"
    r"|fail\w*|error|invalid|unsuccessful|rejected|denied|expected|too weak)",
    rf"\b(?:must|needs?|requires?|please|without|proper|{_NOT}|send|issue|turn on|enable)"
    r"(?: \w+){0,4}? (?:smtp[- ])?auth(?:\b|enticat)",
    r"\bun-?authenticated\b|\bcredentials?\b|\bpasswords?\b|\bauth mechanism|\bpop(?:3)?[- ]before",
    rf"\b(?:must|please|need to|{_NOT}|first)(?: \w+){{0,3}}? (?:log|sign)(?:g?ed)?"
    r"[- ]?(?:in|on)\b",
    r"\blog[- ]?in (?:\w+ )?(?:required|first|fail\w*|denied|disabled|invalid|incorrect)",
    r"\b(?:check|fetch|get|read|receive)(?: for)?(?: your)?(?: new)? mail (?:first|before)",
)

ENCRYPTION = _any(
    _together(
        r"start ?tls|tls|ssl|encrypt(?:ion|ed)|secure connection"
        r"|plain ?text (?:session|connection)",
        r"requir\w*|need\w*|must|mandatory|only|first|insecure|not allowed",
    ),
    r"\binsecure connection|\b(?:not|un)[- ]?encrypted",
)

RELAYING = _any(
    _together(
        r"relay(?:s|ing|ed)?(?! (?:recipient|domain))",
        rf"{_DENIED}|{_NOT}|no|limit\w*|exceed\w*|restrict\w*|fail\w*|unauthori|open|third|attempt",
    ),
    r"\brcpthosts|\bnon-accepted domain|\bmail relay\b|\bto relay\b|\bnot local sender",
    r"\b(?:not|no) (?:a |an )?(?:open )?gateway|\bdelivery is not allowed to this address",
)

NAME = _any(
    _together(
        r"helo|ehlo",
        rf"{_DENIED}|invalid|must|should|need|requir\w*|not|bad|fail\w*|forged|mismatch|bogus"
        r"|unknown|fqdn|fully",
    ),
    r"\bneed fully[- ]qualified",
)

_LISTED = (
    rf"(?:{_DENIED}|banned|black ?list\w*|block ?list\w*|listed|not found|permanently"
    r"|\w+n['’]t sent|poor|dynamic|(?:cannot|could not) find|has no|does not have|found in"
    r"|spamming)"
)

HOST = _any(
    _near(
        r"client(?: host| ip)?|ip|ip address(?:es)?|ipaddress|connections?|unverified client"
        r"|(?:your|this|sending|mail|the) (?:mail )?(?:server|host|network|machine)",
        _LISTED,
        "said|recipient|user|mailbox|temporarily|message|content|rate",
    ),
    r"\b(?:banned|blocked|rejected|listed) (?:sending |your |client |source )*(?:ip|ipaddress)\b",
    r"\bnot accept\w* from (?:this|your) (?:ip|host|server)\b|\bhost unauthori[sz]ed",
    r"\bunauthori[sz]ed (?:ip|host|client)\b|\bnot allowed to connect|\bip (?:address )?is not\b",
    r"\b(?:blocked|listed|rejected|denied|found|banned) (?:using|by|in|at|on|from) (?:the )?"
    r"\S{0,80}(?:rbl|dnsbl|xbl|sbl|zen|spamhaus|spamcop|barracuda|sorbs|uceprotect|ipaddress)",
    r"spamhaus|spamcop|barracudacentral|\b(?:rbl|dnsbl|ptr|rdns|spf|dkim|dmarc)\b",
    r"\breverse[ -](?:dns|host ?name|look ?up|name|mapping|ip)|\bip name lookup",
    r"\bdial-?up|\bresidential|\bdynamic (?:ip|pool|address|range)",
    r"\bconnection (?:policy|frequency)|\b(?:ip|domain) frequency",
    _near(
        "connections?|mail|traffic|messages",
        r"from (?:you|ipaddress) (?:is|are|will)? ?(?:not|n|refus|reject|block|permanently)",
    ),
)

ALLOWANCE = _any(
    _together(
        _any(
            r"sending|outgoing|outbound|hourly|daily|monthly|weekly|plan|credits?|free tier|sender",
            r"max(?:imum)? (?:e-?mails|send\w*)|(?:e-?mails|messages|mails|sent) per|smtp relay",
            r"message (?:count|rate|quota)",
        ),
        r"limit(?:s|ed)?|quota|exceed(?:s|ed)?|exhausted|reached|used up|over",
        rf"{_READER}|size|storage|spam|concurrent",
    ),
    r"\bmax(?:imum)? (?:credits|e-?mails)|\bthrottling failure|\bunusual sending|\bupgrade your\b",
    r"\b(?:sent|sending) too (?:many|much)",
    r"\btoo (?:many|much) (?:e-?mails|messages|mails?) (?:sent|today|per"
    r"|from (?:your account|you))",
)

ACCOUNT = _any(
    _together(
        _any(
            r"your (?:\w+ ){0,2}?(?:account|subscription|tenant|access|service)|tenant|sending",
            r"(?:smtp|sending|sender|customer|esp) account|outgoing (?:e-?mail|mail|messages)",
            r"outbound (?:e-?mail|mail)|e-?mail outgoing",
        ),
        rf"{_PAUSED}|exceeded threshold",
        _READER,
    ),
    rf"{_near('account', _PAUSED)}[^.]{{0,40}}\b(?:sending|send|billing|payment|support|abuse)\b",
    r"\bdisabled for the (?:tenant|mailbox)|\bsmtpclientauth|\bspam abuse detected",
    r"\btrial account|\bsubscription (?:has |is )?expired",
)

_NOUN = r"(?:user|mailbox|recipient|address|account|local[ -]part|alias)"

PATTERNS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "choosy": CHOOSY,
        "our sender": SENDER,
        "our login": LOGIN,
        "our encryption": ENCRYPTION,
        "relaying": RELAYING,
        "our name": NAME,
        "our host": HOST,
        "our allowance": ALLOWANCE,
        "our account": ACCOUNT,
        "rejected": (
            r"\b(?:black|block|deny)[ -]?list|\bblocked\b|\bbanned\b|\b(?:rbl|dnsbl|xbl|sbl)\b"
            r"|spamhaus|spamcop|barracudacentral|reputation|\bpolic(?:y|ies)\b|\bdenied\b"
            r"|prohibit|not (?:permitted|allowed|authori[sz]ed)|\b(?:spf|dkim|dmarc|ptr)\b"
            r"|authenticat|\b(?:open|mail) relay|\brelay(?:ing)? (?:access|not)|\bto relay\b"
            r"|\bsender|mail from|return[- ]path|from header|\b(?:helo|ehlo|ip)\b"
            r"|reverse dns|client host|\bhost ?name|host (?:unknown|not found)|unknown host"
        ),
        "spam": (
            r"\bspam\b|unsolicited|\bbulk\b|virus|malware|phish|infected|attachment|\bcontent\b"
            r"|scored? too high"
        ),
        "greylisted": r"\bgr[ea]y-? ?list",
        "overwhelmed": (
            r"\b(?:user|recipient|mailbox)\b[^.;]{0,40}\b(?:too quickly|at a rate|too much)"
            r"|recipient thread limit"
        ),
        "too much": (
            r"\btoo (?:many|much|fast|quickly)\b|\brate\b|throttl|\blimit|\bvolume\b|\bbusy\b"
            r"|concurrent|slow down|per connection"
        ),
        "too large": (
            r"\btoo (?:large|big)\b|\bsize limit|exceed[^.;]{0,40}\bsize|\bsize\b[^.;]{0,20}exceed"
            r"|maximum[^.;]{0,20}\bsize"
        ),
        "full": (
            r"quota|\b(?:mailbox|inbox|account|user)\b[^.;]{0,30}\bfull\b|out of storage"
            r"|storage (?:space|allocation|limit)|too many messages on the server"
        ),
        "idle": (
            r"\b(?:in|de)activ|\bnot (?:an )?active\b|\bdisabled\b|suspended|discontinued"
            r"|\blocked\b|\bfrozen\b|\bexpired\b|\bclosed\b|no longer valid|temporar"
        ),
        "nobody": (
            rf"\b{_NOUN}\b[^.;]{{0,40}}?"
            r"\b(?:unknown|not (?:found|known|exist)|(?:does not|doesn['’]t) exist)\b"
            rf"|\b(?:unknown|no such|non-?existent) (?:(?:or )?\w+ ){{0,2}}{_NOUN}\b"
            r"|\binvalid (?:user|mailbox|recipient)\b"
            r"|\bno (?:mailbox|user|account)\b[^.;]{0,12}\b(?:by (?:that|this) name|here)\b"
            r"|\buser (?:does not|doesn['’]t) have an? \S+ account\b"
        ),
        "somebody": r"\b(?:mailbox|recipient|user|account)\b",
        "unroutable": r"unrout(?:e)?able|relay not|no route",
        "leaving": r"shutting down|service not available|not accepting|going down|maintenance",
        "no room": r"insufficient (?:system |disk )?(?:storage|resources|space)|\bdisk\b",
    }.items()
}
