"""Bytes to text: UTF-8 first, then what Chinese software wrote and still writes."""

import codecs
import re
from collections.abc import Callable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_UTF8_HAN = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
# Each encoding's frequent characters stand together, by their first byte.
_FREQUENT: tuple[tuple[str, str, range], ...] = (
    ("gb18030", "gb2312", range(0xB0, 0xD8)),
    ("big5", "big5", range(0xA4, 0xC7)),
)
# Signs that a text of any length has, in either script; they tell GB 18030 from Big 5.
_EVERYDAY = frozenset(
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過"
    "后後多天小货貨品价價格元日月客请請问問好用退换換运運送费費包店单單号號您亲親内內商售购購买買付款发發票"
)
_LEAST_FREQUENT = 0.6
_READABLE = re.compile(
    r"[\t\r\n -~\u00a0-\u024f\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffee]"
)
_LEAST_READABLE, _LEAST_WIDE = 0.95, 4
_SAMPLE = 200_000


class UndecodableError(ValueError):
    """The bytes are no text in an encoding we know."""


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, GB 18030 or Big 5, or with lines of several of these.

    Raises:
        UndecodableError: it is none of these, or holds zero bytes as only binary files do.
    """
    named = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if named:
        return _strictly(content, named)
    if b"\0" in content:
        return _wide(content)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _by_lines(content)


def decoded_html(content: bytes) -> str:
    """A page's text in the encoding it names, otherwise as any other text."""
    if match := _META_CHARSET.search(content[:4096]):
        try:
            return content.decode(codecs.lookup(match.group(1).decode("ascii")).name)
        except (LookupError, UnicodeDecodeError):
            return decoded(content)
    return decoded(content)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError(f"it begins as {encoding} and goes on as something else") from error


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: of plain signs the one byte is zero; it has to read like a text."""
    little = content[1::2].count(0) > content[::2].count(0)
    try:
        text = content.decode("utf-16-le" if little else "utf-16-be")
    except UnicodeDecodeError as error:
        raise UndecodableError("it is not text") from error
    sample = text[:_SAMPLE]
    told = len(_READABLE.findall(sample))
    if told < max(_LEAST_WIDE, _LEAST_READABLE * len(sample)):
        raise UndecodableError("it is not text")
    return text


def _by_lines(content: bytes) -> str:
    """Lines that are UTF-8 as such, all others in the one encoding that makes sense of them."""
    lines = content.split(b"\n")
    other = [n for n, line in enumerate(lines) if not _is_utf8(line)]
    told = b"\n".join(lines[n] for n in other)
    decode = _decoder(told, other[0] + 1)
    texts = [line.decode("utf-8", "replace") for line in lines]
    for number in other:
        texts[number] = decode(lines[number])
    return "\n".join(texts)


def _is_utf8(line: bytes) -> bool:
    """A line in GB 18030 may happen to be UTF-8, but hardly with Han characters in it."""
    if line.isascii():
        return True
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(_UTF8_HAN.search(line))


def _decoder(told: bytes, first: int) -> Callable[[bytes], str]:
    best, best_score = "", (0.0, 0.0)
    for encoding, block, leads in _FREQUENT:
        try:
            text = told.decode(encoding)[:_SAMPLE]
        except UnicodeDecodeError:
            continue
        han = [char for char in text if "\u3400" <= char <= "\u9fff"]
        if not han:
            return lambda line: line.decode(encoding)
        frequent = sum(_lead(char, block) in leads for char in han) / len(han)
        everyday = sum(char in _EVERYDAY for char in han) / len(han)
        if frequent >= _LEAST_FREQUENT and (everyday, frequent) > best_score:
            best, best_score = encoding, (everyday, frequent)
    if not best:
        raise UndecodableError(
            f"line {first} is in none of the encodings UTF-8, UTF-16, GB 18030 and Big 5"
        )
    return lambda line: line.decode(best)


def _lead(char: str, block: str) -> int:
    try:
        return char.encode(block)[0]
    except UnicodeEncodeError:
        return 0
