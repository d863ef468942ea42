"""Comparing what was said with what was expected, whatever the spelling."""

import unicodedata


def squeezed(text: str) -> str:
    """The text after NFKC, in lower case, without white space and punctuation (1,299 is 1299)."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(
        c for c in folded if not c.isspace() and not unicodedata.category(c).startswith("P")
    )
