"""Signs within a line: what Markdown and HTML add to words."""

import re

_INLINE_ANSWER = re.compile(
    r"^([*_]{0,2}(?:问题?|Q)\s?\d{0,3}\s?[:：].{1,110}?)(?<=[\s?？。])(?=(?:答案?|回答|A)\d{0,3}\s?[:：])",
    re.IGNORECASE | re.MULTILINE,
)
_PICTURE = re.compile(r"!\[([^\[\]]{0,300})\]\([^()]{0,2000}\)")
_ADDRESS = re.compile(r"\[([^\[\]]{0,300})\]\(([^\s()]{1,2000})(?:\s+\"[^\"]{0,300}\")?\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def plain(text: str) -> str:
    """Markdown's signs taken out; the words, and the addresses of links, stay."""
    # Every repetition is bounded: hostile text must not cost quadratic time.
    if "[" in text:
        text = _PICTURE.sub(r"\1", text)
        text = _ADDRESS.sub(_link, text)
    text = text.replace("**", "").replace("`", "")
    return (_ESCAPED.sub(r"\1", text) if "\\" in text else text).strip()


def _link(match: re.Match[str]) -> str:
    words, address = match.group(1), match.group(2)
    return address if words in {"", address} else f"{words} ({address})"


def without_html(text: str) -> str:
    """The text without HTML's inline tags and comments; an answer begins a line of its own."""
    text = re.sub(r"<!--.{0,2000}?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE)
    text = _INLINE_ANSWER.sub(r"\1\n", text)
    return re.sub(r"</?(?:b|strong|i|em|u|p|span|div|font|sup|sub)(?:\s[^<>]*)?>", "", text)
