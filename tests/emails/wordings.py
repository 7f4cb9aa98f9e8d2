"""Replies that speak of us, and some that only look as if they did, as programs and providers write them.

One a line: the command that is answered, the code, the words; ` || ` is the end of a line on the
wire. Gathered from manuals, sources and public reports.
"""

# Deferred, about the server (or our account there), scope server, counted against no letter.
SERVER = """
RCPT 554 5.7.1 <ada@example.org>: Relay access denied
RCPT 554 5.7.1 <ada@example.org>: relay access denied
RCPT 454 4.7.1 <ada@example.org>: Relay access denied
RCPT 550 5.7.1 <ada@example.org>... Relaying denied
RCPT 550 5.7.1 <ada@example.org>... Relaying denied. Proper authentication required.
RCPT 550 5.7.1 <ada@example.org>... Relaying denied. IP name lookup failed [192.0.2.25]
RCPT 550 5.7.1 Unable to relay for ada@example.org
RCPT 550 5.7.1 Unable to relay
RCPT 550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain
RCPT 550 5.7.64 TenantAttribution; Relay Access Denied [ABC.prod.outlook.com]
RCPT 550 relay not permitted
RCPT 550 Relay not permitted, authentication required
RCPT 550-Please turn on SMTP Authentication in your mail client. || 550-host.example.org [192.0.2.25]:5000 is not permitted to relay through this || 550 server without authentication.
RCPT 550 5.1.2 Relay not allowed.
RCPT 550 Relaying not allowed - please use SMTP AUTH
RCPT 550 Relaying is prohibited
RCPT 550 Relaying to <ada@example.org> prohibited by administrator
RCPT 550 5.7.1 Relaying to <ada@example.org> denied (authentication required)
RCPT 550 we do not relay ada@example.org
RCPT 550 We don't relay mail for you
RCPT 551 we do not relay
RCPT 553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)
RCPT 553 sorry, that domain isn't allowed to be relayed thru this MTA (#5.7.1)
RCPT 553 Relaying disallowed as letters@example.org
RCPT 513 Relaying denied.
RCPT 554 Relay rejected for policy reasons.
RCPT 571 Relay denied
RCPT 550 5.7.0 Relaying denied, check your mail first
RCPT 550 Delivery is not allowed to this address.
RCPT 554 5.7.1 This server is not a relay, closed to third-party relaying
RCPT 550-5.7.1 Relaying || 550 5.7.1 denied
RCPT 550 no relaying allowed - (no authentication)
RCPT 550-5.7.1 Invalid credentials for relay [192.0.2.25]. The IP address you've || 550-5.7.1 registered in your G Suite SMTP Relay service doesn't match the domain of the || 550 5.7.1 account this email is being sent from. - gsmtp
RCPT 550-5.7.0 Mail relay denied [192.0.2.25]. Invalid credentials for relay || 550 5.7.0 for one of the domains in: example.org - gsmtp
DATA 550 5.7.1 Daily SMTP relay limit exceeded for customer. - gsmtp
dot 550 5.7.1 Daily SMTP relay sending limit exceeded for this user. - gsmtp
MAIL 530 5.7.0 Must issue a STARTTLS command first
RCPT 530 5.7.0 Must issue a STARTTLS command first
RCPT 530 Must issue a STARTTLS command first.
RCPT 530 5.7.0 Must issue a STARTTLS command first. ab12-20020a05 - gsmtp
RCPT 503 5.5.1 Error: STARTTLS required first
RCPT 550 5.7.1 TLS required
RCPT 554 5.7.1 Session encryption is required
RCPT 550 5.7.10 Encryption required
RCPT 451 5.7.3 STARTTLS is required to send mail
RCPT 523 Encryption required for requested authentication mechanism
RCPT 550 A secure connection is required (such as SSL). More information at http://help.example
AUTH 538 5.7.11 Encryption required for requested authentication mechanism
AUTH 504 5.7.4 Unrecognized authentication mechanism: auth mechanism not supported
AUTH 534 5.7.9 Application-specific password required. Learn more at 534 5.7.9
AUTH 534 5.7.14 Please log in via your web browser and then try again.
AUTH 535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6
AUTH 535-5.7.8 Username and Password not accepted. Learn more at || 535 5.7.8 https://support.example/mail/?p=BadCredentials
AUTH 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.
AUTH 535 5.7.3 Authentication unsuccessful [ABC.outlook.com]
AUTH 535 Authentication Credentials Invalid
AUTH 535 5.7.0 Authentication rejected: account disabled
AUTH 535 Incorrect authentication data
AUTH 535 Login Fail. Please enter your authorization code to login.
AUTH 525 5.7.13 User account disabled
AUTH 432 4.7.12 A password transition is needed
AUTH 454 4.7.0 Temporary authentication failure: Connection lost to authentication server
AUTH 454 4.7.0 Too many login attempts, please try again later. - gsmtp
MAIL 530 5.7.0 Authentication required
MAIL 530-5.5.1 Authentication Required. Learn more at || 530 5.5.1 https://support.example/?p=WantAuthError - gsmtp
RCPT 530 5.7.1 Authentication required
RCPT 530 5.7.1 Client was not authenticated
MAIL 530 5.7.57 Client not authenticated to send mail.
MAIL 530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM
MAIL 530 Authentication required (#5.7.0)
RCPT 530 SMTP authentication is required.
RCPT 550 authentication required
RCPT 550 5.7.1 Authentication Required
RCPT 550 5.7.1 authentication failed
RCPT 503 AUTH first
RCPT 503 5.5.4 Error: send AUTH command first
RCPT 503 You must authenticate first
RCPT 550 You must log in before sending mail
RCPT 550 5.7.1 Not logged in
RCPT 550 5.7.1 Please authenticate before sending
RCPT 553 Sorry, you must be authenticated (#5.7.1)
RCPT 554 5.7.1 Access denied: not authenticated
RCPT 554 5.7.0 You need to authenticate to use this server
RCPT 505 Authentication required
RCPT 571 5.7.1 client not authenticated
RCPT 550 Unauthenticated senders not allowed
RCPT 550 5.7.1 POP before SMTP: please check for new mail first
RCPT 451 Authentication failed: Maximum credits exceeded
MAIL 550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to
dot 550 5.4.5 Daily user sending quota exceeded. - gsmtp
dot 550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients
dot 454 Throttling failure: Maximum sending rate exceeded.
dot 454 Throttling failure: Daily message quota exceeded.
dot 554 Throttling failure: Daily sending quota exceeded.
RCPT 550 Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed. Message discarded.
RCPT 550 5.7.1 Sending quota exceeded
RCPT 452 4.7.1 Outgoing mail limit exceeded for your account
RCPT 550 5.7.1 Hourly sending limit reached
RCPT 552 5.7.1 You have exceeded your monthly plan limit
RCPT 550 Maximum credits exceeded
RCPT 550 5.7.1 You have sent too many messages today
RCPT 550 5.4.6 Unusual sending activity detected. Please try after sometime
RCPT 554 5.7.1 Sender message rate exceeded
RCPT 550 Sender frequency limited
RCPT 550 5.7.1 Message quota exceeded, upgrade your plan
RCPT 550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit for sending email
RCPT 550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients
RCPT 550 5.7.705 Access denied, tenant has exceeded threshold
RCPT 554 Your account has been suspended
RCPT 550 5.7.1 Your account is disabled, contact support
RCPT 554 5.7.1 Your SMTP account is not activated
RCPT 550 5.7.1 This account has been suspended from sending, please contact billing
RCPT 554 Message rejected: Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.
RCPT 554 5.1.8 Email Outgoing Blocked
RCPT 550 Your email account is locked. Please contact your administrator
RCPT 550 5.7.501 Access denied, spam abuse detected
RCPT 521 mail.example.org does not accept mail
RCPT 550 5.7.1 Command not allowed without authentication
RCPT 550 You must be logged in to send mail
RCPT 550 Account exceeded its hourly limit
RCPT 525 5.7.1 Unauthorized IP address
"""

# The same, about policy: who we say that we are, and where we come from.
POLICY = """
RCPT 550 not local sender over smtp
RCPT 550 Cannot receive from specified address <letters@example.org>: Unauthenticated senders not allowed
RCPT 553 5.7.1 <letters@example.org>: Sender address rejected: not logged in
RCPT 553 5.7.1 <letters@example.org>: Sender address rejected: not owned by user ada
RCPT 553 5.7.1 Sender address rejected: not owned by auth user.
RCPT 553 5.7.1 Sender address rejected: not owned by authorization user
RCPT 554 5.7.1 <letters@example.org>: Sender address rejected: Access denied
RCPT 550 5.1.8 <letters@example.org>: Sender address rejected: Domain not found
RCPT 450 4.1.8 <letters@example.org>: Sender address rejected: Domain not found
RCPT 550 5.1.0 <letters@example.org>: Sender address rejected: User unknown in virtual mailbox table
RCPT 550 5.7.27 <letters@example.org>: Sender address rejected: Domain example.org does not accept mail (nullMX)
RCPT 504 5.5.2 <letters>: Sender address rejected: need fully-qualified address
RCPT 550 5.7.1 <LETTERS@EXAMPLE.ORG>: SENDER ADDRESS REJECTED: ACCESS DENIED
MAIL 553 5.1.8 <letters@example.org>... Domain of sender address letters@example.org does not exist
MAIL 451 4.1.8 Domain of sender address letters@example.org does not resolve
MAIL 553 5.5.4 <letters>... Domain name required for sender address letters
MAIL 553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)
MAIL 550 sorry, your envelope sender domain must exist (#5.7.1)
MAIL 517-Domain does not exist: example.org. || 517 Invalid sender domain
MAIL 550 Sender address is not allowed.
MAIL 550 5.7.1 Sender address is not valid for your login. Check your email program settings.
RCPT 550 Sender verify failed
RCPT 550-Verification failed for <letters@example.org> || 550-The mail server could not deliver mail to letters@example.org. || 550 Sender verify failed
RCPT 550 Sender address could not be verified
RCPT 550 You are not allowed to send from this address
RCPT 550 5.7.1 You are not permitted to send as letters@example.org
MAIL 550 5.7.60 SMTP; Client does not have permissions to send as this sender
dot 550 5.7.1 Client does not have permissions to send as this sender
dot 554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message
dot 554 5.2.252 SendAsDenied; letters@example.org not allowed to send as ada@example.org
dot 550 5.1.8 Access denied, bad outbound sender AS(42003)
dot 550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains
dot 554 Message rejected: Email address is not verified. The following identities failed the check in region US-EAST-1: letters@example.org
dot 554 Access denied: User `arn:aws:iam::1:user/x' is not authorized to perform `ses:SendRawEmail' on resource
dot 550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.
dot 403 You are not authorized to send from that email address
dot 550 5.7.1 The 'From' address you supplied is not a Sender Signature on your account.
dot 550 5.7.1 Sending has been rejected because the sender you used letters@example.org is not valid. Validate your sender
dot 551 5.7.1 Not authorised to send from this header address
RCPT 553 Sender is not allowed to relay emails
RCPT 501 mail from address must be same as authorization user
RCPT 553 Mail from must equal authorized user
RCPT 553 From address not verified - see http://help.example
RCPT 550 Sandbox subdomains are for test purposes only. Please add your own domain
RCPT 550 5.7.1 Domain example.org is not allowed to send: The domain is unverified
RCPT 504 5.5.2 <box>: Helo command rejected: need fully-qualified hostname
RCPT 550 5.7.1 <box>: Helo command rejected: Host not found
RCPT 450 4.7.1 <box.example.org>: Helo command rejected: Host not found
RCPT 554 5.7.1 <localhost>: Helo command rejected: You are not me
RCPT 550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)
RCPT 550 HELO should be a FQDN or address literal
EHLO 501 5.0.0 Invalid domain name in EHLO
EHLO 550 Bad HELO - Host impersonating host name
EHLO 504 EHLO argument must be fully qualified
EHLO 554 5.7.1 Bogus helo
RCPT 554 5.7.1 <unknown[192.0.2.25]>: Client host rejected: Access denied
RCPT 554 5.7.1 <box.example.org[192.0.2.25]>: Client host rejected: Access denied
RCPT 554 5.7.1 <unknown[2001:db8::1]>: Client host rejected: Access denied
RCPT 450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.25]
RCPT 450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.25]
RCPT 550 5.7.25 Client host rejected: cannot find your reverse hostname, [192.0.2.25]
RCPT 554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.25
RCPT 550 5.7.1 Service unavailable; client [192.0.2.25] blocked using zen.spamhaus.org
RCPT 554 5.7.1 Rejected 192.0.2.25 found in dnsbl.sorbs.net
RCPT 550 5.7.1 Fix reverse DNS for 192.0.2.25
RCPT 550 Inconsistent/Missing DNS PTR record (RFC 1912 2.1) (box.example.org)
RCPT 550 rejected because 192.0.2.25 is in a black list at zen.spamhaus.org
RCPT 550-"JunkMail rejected - box.example.org [192.0.2.25] is in an || 550 RBL on bl.spamcop.net"
RCPT 550 5.7.1 [192.0.2.25] has been blocked
RCPT 554 Your IP address is blacklisted
RCPT 554 Your IP (192.0.2.25) is not allowed to use this server
RCPT 550 Your mail server is blocked
RCPT 550 5.7.606 Access denied, banned sending IP [192.0.2.25]. To request removal from this list
RCPT 550 5.7.708 Access denied, traffic not accepted from this IP.
RCPT 550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).
RCPT 553 5.7.2 [TSS09] All messages from 192.0.2.25 will be permanently deferred; Retrying will NOT succeed.
RCPT 550 Ip frequency limited
RCPT 550 Connection frequency limited
RCPT 550 dial-up hosts may not send here
dot 550 5.7.25 The IP address sending this message does not have a PTR record.
dot 550 5.7.23 SPF validation failed
greeting 554 mx.example.org ESMTP: your IP address is blocked
greeting 554-mx.example.org || 554 No SMTP service, your host has no reverse DNS
RCPT 550 IP address is not in the allowed list
RCPT 554 5.7.1 Host unauthorized
RCPT 550 Mail from this domain is not allowed
greeting 521 5.7.1 Blocked by DNSBL
greeting 550 5.7.1 connection refused by connection policy
"""

# Refused: this reader, or this letter; it is nothing of ours that could be mended.
THEIRS = """
RCPT 550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in relay recipient table
RCPT 550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in local recipient table
RCPT 550 5.1.1 <ada@example.org>: Recipient address rejected: undeliverable address: host mx.example.org[192.0.2.25] said: 550 5.1.1 User unknown (in reply to RCPT TO command)
RCPT 550 5.1.1 The email account that you tried to reach does not exist. - gsmtp
RCPT 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
RCPT 550 No such user
RCPT 550 5.2.1 The email account that you tried to reach is disabled.
RCPT 552 5.2.2 <ada@example.org>: Quota exceeded (mailbox for user is full)
RCPT 552 5.2.2 Mailbox size limit exceeded
RCPT 554 30 Sorry, your message to ada@aol.com cannot be delivered. This mailbox is disabled (554.30).
RCPT 554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour.
RCPT 550 5.4.1 Recipient address rejected: Access denied.
RCPT 554 5.7.1 <ada@example.org>: Recipient address rejected: Access denied
RCPT 550 5.7.1 RESOLVER.RST.AuthRequired; authentication required
RCPT 550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required
RCPT 550 5.7.1 Sender blocked by recipient
RCPT 550 5.7.1 The recipient does not accept mail from this sender
RCPT 550 5.7.124 Sender not in allowed-senders list
RCPT 551 User not local; please try <ada@example.com>
RCPT 556 5.1.10 Domain example.org does not accept mail (nullMX)
RCPT 550 Administrative prohibition envelope blocked
RCPT 550 Unrouteable address
RCPT 501 5.1.3 Bad recipient address syntax
RCPT 553 5.1.3 <ada@example.org>... Invalid host name
DATA 554 5.5.1 Error: no valid recipients
dot 550 5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.
dot 552 5.3.4 Message size exceeds fixed limit
dot 552 5.2.3 Your message exceeded Google's message size limits.
dot 554 5.6.0 Mail message is malformed. Not accepted.
dot 554 5.7.1 Message rejected due to content restrictions
dot 554 5.7.1 Spam message rejected
dot 550 spam message rejected. Please visit http://help.example/notspam
dot 554 Message not allowed - [PH01] Email not accepted for policy reasons.
dot 550 5.7.1 [CS01] Message rejected due to local policy.
dot 554 5.7.1 Message permanently rejected (message scored too high)
dot 554 Virus detected
dot 552 5.7.0 This message was blocked because its content presents a potential security issue.
dot 554 Email rejected due to security policies
dot 554 Transaction failed
dot 554 DT:SPM
"""


def rows(table: str) -> list[tuple[str, str]]:
    """The command, and the reply as it stands on the wire, without the last line's end."""
    found = [line.partition(" ") for line in table.strip().splitlines()]
    return [(verb, reply.replace(" || ", "\r\n")) for verb, _, reply in found]
