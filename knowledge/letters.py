"""Saved e-mails (.eml): subject and text, without who wrote to whom."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser


def letter(content: bytes) -> tuple[str, str, bool]:
    """Subject, text, and whether the text is HTML. Addresses stay out: they are somebody's.

    Raises:
        ValueError: there is no text in it.
    """
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    body = message.get_body(("plain", "html"))
    if body is None:
        raise ValueError("no text in it")
    return str(message["subject"] or ""), body.get_content(), body.get_content_subtype() == "html"
