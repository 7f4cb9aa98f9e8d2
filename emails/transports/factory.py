"""A mail URL → its transport.

smtp://user:password@host:587    STARTTLS where it is offered; ?starttls=required or never
smtps://user:password@host:465   TLS from the first byte
    &connections=8               how many at once (1 to 16)
    &window=1                    letters under way on each, where the server offers CHUNKING; after
                                 a crash so many are uncertain, so it is for distant servers
    &ehlo=mail.example.org       our name, if the machine's own is not the one to tell
    &idle=20                     seconds without a letter before a connection is closed
    &messages=0                  letters for one connection before the next is opened (0: no end)
    &rate=0, &day=0, &warmup=…   how much it may carry: see `limits`
folder:PATH                      a file for each message, to look at
memory:                          a list, for tests
"""

from pathlib import Path

from emails.transports.folder import FolderTransport
from emails.transports.memory import MemoryTransport
from emails.transports.smtp import SmtpTransport
from emails.transports.transport import Transport


def open_transport(url: str, domain: str | None = None) -> Transport:
    """The transport for a URL as above; it connects when it is first used. `domain` is the
    sender's, for a machine that has no name of its own.

    Raises `ValueError` for a URL that names none; the message doesn't repeat the password.
    """
    scheme, _, rest = url.partition(":")
    match scheme:
        case "smtp" | "smtps":
            return SmtpTransport.at(url, domain)
        case "folder" if rest:
            return FolderTransport(Path(rest))
        case "memory":
            return MemoryTransport()
    raise ValueError("A mail URL begins with smtp:, smtps:, folder: or memory:.")
