"""Accepted records as passages: each says what it is about, and names the file it was read in."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from knowledge.chunk import passages_of
from knowledge.cleaning import clean, clean_line
from knowledge.cutting import cut
from knowledge.paged import paged
from knowledge.passages import Passage, PassageKind
from knowledge.products import ProductNames
from knowledge.review import Record, read_review
from knowledge.sources import RECORDS
from knowledge.writing import passage

_LONGEST = 320
_HAN = "\u4e00", "\u9fff"


def document_passages(source: str, text: str, names: ProductNames) -> tuple[Passage, ...]:
    """The passages of one source, whatever it is."""
    if source == RECORDS:
        records = (record for _, record in read_review(text, source))
        return record_passages(records, names)
    return paged(passages_of(source, text, names), text)


def record_passages(records: Iterable[Record], names: ProductNames) -> tuple[Passage, ...]:
    """The accepted ones among the records; each passage once, with the files it was read in."""
    made: dict[str, Passage] = {}
    for record in records:
        if not record.accept:
            continue
        for one in _passages(record, names):
            known = made.get(one.id, one)
            made[one.id] = replace(known, also=tuple(dict.fromkeys((*known.also, record.source))))
    return tuple(made.values())


def _passages(record: Record, names: ProductNames) -> Iterable[Passage]:
    heading, text, kind = _said({n: clean(v) for n, v in record.fields.items()}, record)
    about = names.about((*reversed(heading), text))
    for piece in cut(text, _LONGEST):
        yield passage(RECORDS, tuple(map(clean_line, heading)), piece, kind, about)


def _said(fields: Mapping[str, str], record: Record) -> tuple[tuple[str, ...], str, PassageKind]:
    """Heading, text and kind of the passage."""
    colon, comma = ("：", "；") if _is_chinese(record.quote) else (": ", "; ")
    match record.kind:
        case "question_answer":
            return (fields["question"],), fields["answer"], "question_answer"
        case "product_fact":
            unit = fields.get("unit", "")
            gap = " " if unit[:1].isascii() and unit[:1].isalpha() else ""
            said = f"{fields['attribute']}{colon}{fields['value']}{gap}{unit}"
            return (fields["product"],), said, "text"
        case "policy":
            parts = [
                fields[name] for name in ("rule", "conditions", "exceptions") if name in fields
            ]
            parts += filter(None, (_validity(fields, chinese=colon == "："),))
            return (fields["subject"],), "\n".join(dict.fromkeys(parts)), "text"
        case "opening_hours":
            days = f"{fields['days']} " if "days" in fields else ""
            return (fields["place"],), f"{days}{fields['opens']}-{fields['closes']}", "text"
        case "table_row":
            pairs = (f"{name}: {value}" for name, value in fields.items())
            return (record.source.rpartition("/")[2],), comma.join(pairs), "table_row"


def _validity(fields: Mapping[str, str], *, chinese: bool) -> str:
    first, last = fields.get("valid_from"), fields.get("valid_until")
    match first, last:
        case str(), str():
            return f"有效期：{first} 至 {last}" if chinese else f"Valid from {first} to {last}"
        case str(), None:
            return f"自 {first} 起" if chinese else f"Valid from {first}"
        case None, str():
            return f"有效期至 {last}" if chinese else f"Valid until {last}"
        case _:
            return ""


def _is_chinese(text: str) -> bool:
    return any(_HAN[0] <= char <= _HAN[1] for char in text)
