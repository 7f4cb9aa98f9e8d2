"""The environment of a program that a test starts."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]

_SCRATCH = tempfile.TemporaryDirectory()

# Unless a test says otherwise: what an engineer keeps in this folder's var/ and courses/ is none of
# its business.
OURS = {"state": _SCRATCH.name, "courses": ROOT / "sequences"}


def variables(**settings: object) -> dict[str, str]:
    """Settings by their names in Python, as the variables that hold them."""
    return {f"LETTERPATH_{name.upper()}": str(value) for name, value in settings.items()}


def environment(**settings: object) -> dict[str, str]:
    """This process's own, but with no settings except ours and these."""
    inherited = {name: value for name, value in os.environ.items() if "LETTERPATH" not in name}
    return {**inherited, **variables(**{**OURS, **settings})}
