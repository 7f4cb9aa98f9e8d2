"""What servers really answer, shortened, and what each answer means: `disposition about scope`.

Scope is given for what is deferred only.
"""

GMAIL = {
    "250 2.0.0 OK 1764000000 a640c23a62f3a-b76 - gsmtp": "accepted nothing",
    "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking"
    " the recipient's email address for typos - gsmtp": "refused address",
    "550 5.2.1 The email account that you tried to reach is inactive. - gsmtp": "refused mailbox",
    "552 5.2.2 The recipient's inbox is out of storage space and inactive.": "refused mailbox",
    "452 4.2.2 The recipient's inbox is out of storage space.": "deferred mailbox recipient",
    "450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend"
    " your message at a later time.": "deferred mailbox recipient",
    "421 4.7.28 Gmail has detected an unusual rate of mail originating from your IP address"
    " 192.0.2.25.": "deferred policy domain",
    "550 5.7.1 Our system has detected that this message is likely unsolicited mail.": (
        "refused policy"
    ),
    "550 5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC"
    " policy.": "deferred server server",
    "550 5.7.25 The IP address sending this message does not have a PTR record.": (
        "deferred policy server"
    ),
    "421 4.3.0 Temporary System Problem. Try again later.": "deferred server server",
    "421 4.4.5 Server busy, try again later.": "deferred server server",
    "451 4.4.2 Timeout - closing connection.": "deferred server server",
    "552 5.3.4 Your message exceeded Google's message size limits.": "refused content",
    "552 5.2.3 Your message exceeded Google's message size limits.": "refused content",
    "553 5.1.7 The sender address is not a valid RFC 5321 address.": "deferred policy server",
    "554 5.6.0 Mail message is malformed. Not accepted.": "refused content",
    "550 5.4.5 Daily user sending limit exceeded.": "deferred server server",
    "530 5.7.0 Must issue a STARTTLS command first.": "deferred server server",
}

MICROSOFT = {
    "250 2.6.0 <42.1@example.org> Queued mail for delivery": "accepted nothing",
    "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).": "refused mailbox",
    "550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found": "refused address",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada@example.com not found by SMTP"
    " address lookup": "refused address",
    "550 5.4.1 Recipient address rejected: Access denied.": "refused domain",
    "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet"
    " service provider since part of their network is on our block list (S3140).": (
        "deferred policy server"
    ),
    "550 5.7.509 Access denied, sending domain example.org does not pass DMARC verification": (
        "deferred policy server"
    ),
    "550 5.7.606 Access denied, banned sending IP [192.0.2.25]": "deferred policy server",
    "451 4.7.650 The mail server [192.0.2.25] has been temporarily rate limited due to IP"
    " reputation.": "deferred policy domain",
    "451 4.7.500 Server busy. Please try again later from [192.0.2.25]. (AS761)": (
        "deferred policy domain"
    ),
    "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded": "deferred mailbox recipient",
    "452 4.3.1 Insufficient system resources": "deferred server server",
    "421 4.3.2 Service not active": "deferred server server",
    "554 5.2.122 The recipient has exceeded their limit for the number of messages they can"
    " receive per hour.": "refused mailbox",
    "552 5.2.2 STOREDRV.Deliver; mailbox full": "refused mailbox",
    "550 5.1.90 Your message can't be sent because you've reached your daily limit.": (
        "deferred server server"
    ),
}

YAHOO = {
    "554 delivery error: dd This user doesn't have a yahoo.com account (ada@yahoo.com) [0]": (
        "refused address"
    ),
    "552 1 Requested mail action aborted, mailbox not found": "refused address",
    "554 delivery error: dd ada@yahoo.com is no longer valid.": "refused mailbox",
    "554 30 Sorry, your message to ada@aol.com cannot be delivered. This mailbox is disabled"
    " (554.30).": "refused mailbox",
    "421 4.7.0 [TSS04] Messages from 192.0.2.25 temporarily deferred due to unexpected volume or"
    " user complaints - 4.16.55.1; see https://postmaster.example/error-codes": (
        "deferred policy domain"
    ),
    "553 5.7.2 [TSS09] All messages from 192.0.2.25 will be permanently deferred": (
        "deferred policy server"
    ),
    "554 Message not allowed - [PH01] Email not accepted for policy reasons.": "refused policy",
    "450 User is receiving mail too quickly": "deferred mailbox recipient",
    "451 Resources temporarily unavailable. Please try again later [#4.16.1].": (
        "deferred server recipient"
    ),
    "421 Max message per connection reached, closing transmission channel": (
        "deferred policy domain"
    ),
}

APPLE = {
    "550 5.1.1 <ada@icloud.com>: user does not exist": "refused address",
    "550 5.1.1 unknown or illegal alias: ada@icloud.com": "refused address",
    "550 5.1.1 <ada@icloud.com>: inactive email address": "refused mailbox",
    "550 5.1.6 recipient no longer on server: ada@icloud.com": "refused address",
    "552 5.2.2 <ada@icloud.com>: user is over quota": "refused mailbox",
    "550 5.7.1 [CS01] Message rejected due to local policy.": "refused policy",
    "451 4.7.1 Service unavailable - try again later": "deferred policy domain",
    "421 4.7.1 Messages to ada@icloud.com deferred due to excessive volume.": (
        "deferred policy domain"
    ),
}

UNITED_INTERNET = {
    "550 <ada@gmx.net>: Requested action not taken: mailbox unavailable": "refused mailbox",
    "554 gmx.net (mxgmx104) Nemesis ESMTP Service not available No SMTP service IP address is"
    " block listed.": "deferred policy server",
    "550 Benutzer nicht bekannt/User unknown": "refused address",
    "550 User has exhausted allowed storage space.": "refused mailbox",
    "550 Unknown local part ada in <ada@web.de>": "refused address",
    "421 Rate limit reached. Please try again later": "deferred policy domain",
    "450 Reject due to policy violations.": "deferred policy domain",
    "451 Requested action aborted: local error in processing": "deferred server recipient",
}

MAIL_RU = {
    "550 Message was not accepted -- invalid mailbox. Local mailbox ada@mail.ru is unavailable:"
    " user not found": "refused address",
    "550 Message was not accepted -- invalid mailbox. Local mailbox ada@mail.ru is unavailable:"
    " account is disabled": "refused mailbox",
    "550 spam message rejected. Please visit http://help.mail.ru/notspam-support": (
        "refused content"
    ),
}

POSTFIX = {
    "250 2.0.0 Ok: queued as 4Xy1Zb2T3zz": "accepted nothing",
    "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in relay recipient"
    " table": "refused address",
    "450 4.1.1 <ada@example.org>: Recipient address rejected: unverified address": (
        "deferred address recipient"
    ),
    "450 4.1.2 <ada@example.org>: Recipient address rejected: Domain not found": (
        "deferred domain domain"
    ),
    "450 4.2.0 <ada@example.org>: Recipient address rejected: Greylisted": (
        "deferred policy recipient"
    ),
    "450 4.1.8 <letters@example.org>: Sender address rejected: Domain not found": (
        "deferred policy server"
    ),
    "554 5.7.1 <ada@example.org>: Relay access denied": "deferred server server",
    "554 5.7.1 <ada@example.org>: Recipient address rejected: User unknown": "refused policy",
    "554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org": (
        "deferred policy server"
    ),
    "452 4.3.1 Insufficient system storage": "deferred server server",
    "421 4.3.2 All server ports are busy": "deferred server server",
    "556 5.1.10 <ada@example.org>: Recipient address rejected: Domain example.org does not accept"
    " mail (nullMX)": "refused address",
    "550 5.4.4 Unable to route": "refused domain",
    "454 4.7.1 Relay access denied": "deferred server server",
    "503 5.5.1 Error: need MAIL command": "refused protocol",
    "550 5.7.27 Sender address rejected: Domain example.org does not accept mail (nullMX)": (
        "deferred policy server"
    ),
}

EXIM = {
    "250 OK id=1vNabc-000000001Xy-2ZzA": "accepted nothing",
    "550 No Such User Here": "refused address",
    "550 Unrouteable address": "refused domain",
    "550 relay not permitted": "deferred server server",
    "550 Verification failed for <letters@example.org> No Such User Here Sender verify failed": (
        "deferred policy server"
    ),
    "451 Temporary local problem - please try later": "deferred server recipient",
    "421 Too many concurrent SMTP connections; please try again later.": "deferred policy domain",
    "552 message size exceeds maximum permitted": "refused content",
    "552 Mailbox quota exceeded / Mailbox voll": "refused mailbox",
}

OTHERS = {
    # qmail, and vpopmail's check of recipients
    "550 sorry, no mailbox here by that name (#5.1.1 - chkuser)": "refused address",
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)": (
        "deferred server server"
    ),
    "552 sorry, that message size exceeds my databytes limit (#5.3.4)": "refused content",
    "451 qq trouble in home directory (#4.3.0)": "deferred server server",
    # Sendmail
    "550 5.1.1 <ada@example.org>... User unknown": "refused address",
    "550 5.1.2 <ada@example.org>... Host unknown (Name server: mx.example.org: host not found)": (
        "refused domain"
    ),
    "553 5.1.8 <letters@example.org>... Domain of sender address does not exist": (
        "deferred policy server"
    ),
    "550 5.0.0 <ada@example.org>... No such user": "refused address",
    # Cisco
    "550 #5.1.0 Address rejected.": "refused policy",
    # Proofpoint
    "550 5.1.1 User Unknown": "refused address",
    "550 5.7.0 Blocked - see https://support.example/dnsbl-lookup": "refused policy",
    "554 5.7.1 Message permanently rejected (message scored too high)": "refused policy",
    # Mimecast
    "550 Invalid Recipient": "refused address",
    "550 Administrative prohibition envelope blocked": "refused policy",
    "451 Internal resources are temporarily unavailable": "deferred server recipient",
    "554 Email rejected due to security policies": "refused policy",
    "554 Maximum email size exceeded": "refused content",
    # Barracuda
    "550 permanent failure for one or more recipients (ada@example.org:blocked)": "refused policy",
    "550 mail from 192.0.2.25 rejected: listed at barracudacentral.org": "deferred policy server",
    "421 Service not available, closing transmission channel": "deferred server server",
    # Dovecot, Rackspace, and whoever writes what the standards say
    "452 4.2.2 <ada@example.org> Quota exceeded (mailbox for user is full)": (
        "deferred mailbox recipient"
    ),
    "451 4.7.1 Greylisting in action, please come back in 00:02:00": "deferred policy recipient",
    "450 4.4.6 Routing loop detected (G16)": "deferred domain domain",
    "451 4.5.0 SMTP protocol violation": "deferred server recipient",
    "452 4.5.3 Too many recipients": "deferred protocol recipient",
    "550 Too many invalid recipient addresses": "refused policy",
    "551 User not local; please try <ada@example.com>": "refused mailbox",
    "521 mail.example.org does not accept mail": "deferred server server",
    "556 Domain does not accept mail": "refused address",
    "501 5.1.3 Bad recipient address syntax": "refused protocol",
    "553 5.6.7 Address includes non-ASCII characters, SMTPUTF8 is required": "refused protocol",
    "535 5.7.8 Error: authentication failed": "deferred server server",
    "535 Incorrect authentication data": "deferred server server",
    "550 5.7.17 Mailbox owner has changed": "refused mailbox",
    # A virus is about the letter; a scanner's name for it is nobody's address.
    "554 Virus detected, unknown user of macros": "refused content",
    # The letter's bare enemies
    "550": "refused policy",
    "554 Transaction failed": "refused policy",
    "550 Client IP address not found": "deferred policy server",
    "450": "deferred mailbox recipient",
    "451": "deferred server recipient",
    "499 whatever this may be": "deferred server recipient",
    # Contradictions: the milder one counts.
    "550 4.2.1 mailbox is disabled for now": "deferred mailbox recipient",
    "450 5.1.1 user unknown": "deferred address recipient",
    "550 5.1.1 rejected as spam": "refused content",
    "550 5.1.1 your IP is blocked": "deferred policy server",
    # No reply at all, or none of SMTP
    "354 go ahead": "deferred protocol server",
    "999 HTTP/1.1 400 Bad Request": "deferred protocol server",
    "0 no connection": "deferred protocol server",
}

REPLIES = {
    **GMAIL, **MICROSOFT, **YAHOO, **APPLE, **UNITED_INTERNET, **MAIL_RU, **POSTFIX, **EXIM,
    **OTHERS,
}  # fmt: skip
