"""What every letter says by itself, in HTML and in text. Braces are placeholders."""

INSIGHT = "{brand} Insight"
PROMPT = "{brand} Journal Prompt"
TRY = "Try this"
OWN_WORDS = "In your own words"
MORE = "There is more of it in your journal."
CALENDAR = "Put an evening into my calendar"

WHY = {
    "full": "You get this letter because {{ address }} signed up for {{ course_title }}.",
    "newsletter": "You get this letter because {{ address }} asked {{ brand }} for newsletters.",
    "brief": "You get this letter because somebody asked {{ brand }} for it with {{ address }}.",
}

# The label, and the placeholder it leads to.
_LINKS = (
    ("View in browser", "view_url"),
    ("Change the pace", "pace_url"),
    ("Unsubscribe", "leave_url"),
)
FOOTER_LINKS = {
    "full": _LINKS,
    "newsletter": _LINKS,
    "brief": (("Unsubscribe", "leave_url"),),
}

CARE = (
    "This course is not a substitute for professional help. "
    "Where there is fear or violence, safety comes first: seek local help."
)
