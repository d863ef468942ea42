"""Words without their endings."""

_ENDINGS = ("ies", "ing", "ed", "es", "s", "y", "e")
_SHORTEST = 3


def stem(word: str) -> str:
    """An English word without its commonest endings: enough to match delivers with delivery."""
    for ending in _ENDINGS:
        if len(word) - len(ending) >= _SHORTEST and word.endswith(ending):
            return word[: -len(ending)]
    return word
