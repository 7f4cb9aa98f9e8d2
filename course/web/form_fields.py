"""What a sign-up form has, of a course or of a newsletter, as it was filled in."""

from flask import request

from course.http import forms

NAMES = ("address", "first_name", "newsletter")


def typed() -> dict[str, str]:
    """For the form that comes back."""
    return {name: request.form.get(name, "") for name in NAMES}


def reader() -> dict[str, object]:
    """Who asks, as a request has it."""
    zone, _ = forms.zone(request.form)  # UTC where the browser names none that we know
    return {"first_name": first_name(), "zone": zone}


def first_name() -> str:
    """As typed, on one line."""
    name = request.form.get("first_name", "").replace("\0", "")
    return " ".join(name.split())[: forms.MAX_FIRST_NAME]
