"""`letterpath dkim`: the DNS records of the keys that letters are signed with."""

import click

from course.runtime import process


@click.command()
def dkim() -> None:
    """Show the DNS records of the keys that letters are signed with."""
    signers = process.runtime().signers
    if not signers:
        click.echo("Letters leave unsigned; perhaps your mail server signs them.")
        click.echo("  Make a key:  openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 \\")
        click.echo("                 -out dkim.pem")
        click.echo("  and name it: LETTERPATH_DKIM_KEYS=letters1:dkim.pem")
        return
    click.echo("Publish as TXT records, then try: letterpath doctor --send ADDRESS")
    for signer in signers:
        click.echo(f"\n{signer.name}\n{signer.record()}")
