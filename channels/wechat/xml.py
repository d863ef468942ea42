"""WeChat's XML: read flat and without entities, written with everything in CDATA."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

_MOST_FIELDS = 100
_LONGEST_NAME = 64
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Fields = Mapping[str, str]


class XmlError(ValueError):
    """This is no message of WeChat's."""


def fields_of(body: str) -> Fields:
    """The elements right below the root, by name; what is nested deeper is left out.

    Raises:
        XmlError: not well-formed, has a document type or entities, or more elements than any
            message has.
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise XmlError("not well-formed, or with a document type") from error
    if root.tag != "xml" or len(root) > _MOST_FIELDS:
        raise XmlError("not a message")
    return {
        child.tag: (child.text or "").strip() for child in root if len(child.tag) < _LONGEST_NAME
    }


def xml_of(fields: Mapping[str, "str | int | Fields"]) -> str:
    """A message of WeChat's with these elements, one level of nesting allowed."""
    return f"<xml>{_elements(fields)}</xml>"


def _elements(fields: Mapping[str, "str | int | Fields"]) -> str:
    return "".join(f"<{name}>{_content(value)}</{name}>" for name, value in fields.items())


def _content(value: "str | int | Fields") -> str:
    match value:
        case int():
            return str(value)
        case str():
            return f"<![CDATA[{_allowed(value).replace(']]>', ']]]]><![CDATA[>')}]]>"
        case _:
            return _elements(value)


def _allowed(text: str) -> str:
    """Without the characters that XML has no way to write."""
    return _NOT_XML.sub("", text)
