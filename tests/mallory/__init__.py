"""Mallory is up to no good: forged forms, changed tokens, other people's doors, bad manners."""
