"""Why a file cannot be read, and what to do about it."""

from knowledge.content_kind import CALLED, ContentKind, content_kind

_TEXTS: frozenset[ContentKind] = frozenset({"text", "xml"})
_MARKED: frozenset[ContentKind] = _TEXTS | {"html"}
_PICTURE: frozenset[ContentKind] = frozenset({"picture"})
# What a file of that name may be; a .txt may hold anything that is text.
_MAY_BE: dict[str, frozenset[ContentKind]] = {
    ".md": _MARKED,
    ".markdown": _MARKED,
    ".txt": _MARKED,
    ".csv": _TEXTS,
    ".json": _TEXTS,
    ".jsonl": _TEXTS,
    ".html": _MARKED,
    ".htm": _MARKED,
    ".eml": _MARKED,
    ".pdf": frozenset({"pdf"}),
    ".docx": frozenset({"docx"}),
    ".pptx": frozenset({"pptx"}),
    ".xlsx": frozenset({"xlsx"}),
    ".png": _PICTURE,
    ".jpg": _PICTURE,
    ".jpeg": _PICTURE,
    ".webp": _PICTURE,
}
_RENAME: dict[ContentKind, str] = {
    "html": ".html",
    "pdf": ".pdf",
    "docx": ".docx",
    "pptx": ".pptx",
    "xlsx": ".xlsx",
    "picture": ".png",
}
_BARE: frozenset[ContentKind] = frozenset({"text", "unknown", "zip"})
_BINARY = frozenset({".docx", ".pptx", ".xlsx", ".pdf", ".png", ".jpg", ".jpeg", ".webp"})


class UnreadableError(ValueError):
    """A file cannot be read: why, and what its owner can do."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(why)
        self.advice = advice


def check_kind(suffix: str, content: bytes) -> None:
    """Make sure that a file is what its name says.

    Raises:
        UnreadableError: it is locked, empty, or something else.
    """
    kind = content_kind(content)
    if kind == "unknown" and suffix not in _BINARY:
        return  # what reads texts says more about it
    if kind in _MAY_BE.get(suffix, frozenset({kind})):
        return
    if kind == "empty":
        raise UnreadableError("it is empty", "Fill it, or take it out of the folder.")
    if kind == "locked":
        raise UnreadableError("it is locked with a password", "Save it without the password.")
    if kind in _BARE and suffix in _BINARY:
        raise UnreadableError(
            f"it is broken, or no {suffix} file at all",
            "Open it, save it again, or take it out of the folder.",
        )
    new = _RENAME.get(kind)
    advice = f"Rename it to {new}." if new else "Save it in the format that its name says."
    raise UnreadableError(f"it is {CALLED[kind]}, not {suffix}", advice)
