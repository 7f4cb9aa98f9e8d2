"""`letterpath doctor`: the mail transports, and the DKIM keys."""

from collections.abc import Iterator

from course.operations.doctor.check_result import CheckResult, Level
from course.runtime.process import Runtime
from emails.errors import EmailError


def check_mail(runtime: Runtime) -> Iterator[CheckResult]:
    yield from _transports(runtime)
    yield from _dkim(runtime)


def _transports(runtime: Runtime) -> Iterator[CheckResult]:
    for named in runtime.transports:
        scheme = named.url.partition(":")[0]
        try:
            _ = named.limits
            named.transport.check()
        except (EmailError, ValueError) as error:
            words = str(error).rstrip(".")
            yield CheckResult(Level.ERROR, "mail", f"{words}. Look at LETTERPATH_MAIL_URL.")
        else:
            by = f" by {named.name}" if len(runtime.transports) > 1 else ""
            yield CheckResult(Level.OK, "mail", f"{scheme}{by}, as {runtime.settings.mail_from}")


def _dkim(runtime: Runtime) -> Iterator[CheckResult]:
    """Without keys somebody else may sign; that can't be seen from here."""
    if runtime.signers:
        names = " and ".join(signer.name for signer in runtime.signers)
        words = f"letters are signed by {names}. The records for DNS: letterpath dkim"
        yield CheckResult(Level.OK, "dkim", words)
