"""Saved e-mails (.eml): subject and text, without who wrote to whom and without what is quoted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

_ANSWERS = re.compile(r"\s*(?:(?:re|fwd?|aw|回复|答复|转发|回覆|轉寄)\s*[:：]\s*)+", re.IGNORECASE)
_QUOTED = re.compile(r"\s*>")
_WROTE = re.compile(
    r"\s*(?:on\b.{4,160}\bwrote|.{0,80}\d.{0,80}(?:写道|寫道))\s*[:：]\s*", re.IGNORECASE
)
# From here on it is an older letter.
_OLDER = re.compile(
    r"\s*[-_]{2,}\s*(?:original message|forwarded message|原始邮件|邮件原件|原邮件|转发的邮件"
    r"|原始郵件|轉寄的郵件)\s*[-_]{2,}\s*",
    re.IGNORECASE,
)
_SENDER = re.compile(r"\s*\W{0,2}(?:from|发件人|寄件者|寄件人)\W{0,2}\s*[:：]", re.IGNORECASE)
_SENT = re.compile(
    r"\s*\W{0,2}(?:sent|date|to|subject|发送时间|收件人|主题|日期|寄件日期|收件者)\W{0,2}\s*[:：]",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"--\s*")
_LONGEST_SIGNATURE = 10


@dataclass(frozen=True, slots=True)
class Letter:
    """What it is about and says. `notes` are comments that count what was left out."""

    subject: str
    text: str
    is_html: bool
    notes: tuple[str, ...]


def letter(content: bytes) -> Letter:
    """The newest letter of a thread. Addresses stay out: they are somebody's.

    Raises:
        ValueError: there is no text in it.
    """
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    body = message.get_body(("plain", "html"))
    if body is None:
        raise ValueError("no text in it")
    is_html = body.get_content_subtype() == "html"
    whole = str(body.get_content())
    text, quoted = (whole, 0) if is_html else own_words(whole)
    attached = sum(1 for part in message.iter_attachments() if part.get_filename())
    counted = ((quoted, "quoted lines"), (attached, "attachments"))
    notes = tuple(f"<!-- left out: {count} {what} -->" for count, what in counted if count)
    return Letter(_ANSWERS.sub("", str(message["subject"] or ""), count=1), text, is_html, notes)


def own_words(text: str) -> tuple[str, int]:
    """The text without quoted letters and signature, and how many lines these had.

    A letter of nothing else, as one that was passed on, stays whole.
    """
    lines = text.splitlines()
    end = next((at for at in range(len(lines)) if _older_begins(lines, at)), len(lines))
    own = _without_signature([line for at, line in enumerate(lines[:end]) if not _cited(lines, at)])
    if not any(line.strip() for line in own):
        return text, 0
    left_out = sum(bool(line.strip()) for line in lines) - sum(bool(line.strip()) for line in own)
    return "\n".join(own), left_out


def _older_begins(lines: Sequence[str], at: int) -> bool:
    if _OLDER.fullmatch(lines[at]):
        return True
    following = [line for line in lines[at + 1 : at + 5] if _SENT.match(line)]
    return bool(_SENDER.match(lines[at])) and len(following) > 1


def _cited(lines: Sequence[str], at: int) -> bool:
    """Whether a line is quoted, or says who wrote what is quoted below."""
    if _QUOTED.match(lines[at]):
        return True
    # Who wrote it may take two lines.
    below = [line for line in lines[at + 1 : at + 4] if line.strip()][:2]
    quotes = [place for place, line in enumerate(below) if _QUOTED.match(line)]
    if not quotes or (quotes[0] and _WROTE.fullmatch(below[0])):
        return False
    said = " ".join((lines[at], *below[: quotes[0]]))
    above = f"{lines[at - 1]} {lines[at]}" if at else ""
    return bool(_WROTE.fullmatch(said) or (quotes[0] == 0 and _WROTE.fullmatch(above)))


def _without_signature(lines: list[str]) -> list[str]:
    for at in range(max(0, len(lines) - _LONGEST_SIGNATURE), len(lines)):
        if _SIGNED.fullmatch(lines[at]):
            return lines[:at]
    return lines
