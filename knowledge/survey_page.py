"""The knowledge report for reading: one HTML file that asks nothing of the network."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from knowledge.contradictions import Contradiction
from knowledge.statements import Span
from knowledge.survey import MOST_SHOWN, Survey, totals
from knowledge.survey_words import WORDS

_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main>{body}</main></body></html>
"""
_FILE = re.compile(
    r" (?:cannot be|is larger|is a link|was changed|has a record|holds personal|points outside)\b"
    r"|: pages "
)
_MOST_ROWS = MOST_SHOWN
_WARN = frozenset({"unreadable", "contradictions", "unknown_products"})
_SHOWN = ("files", "passages", "records", "duplicates", "contradictions", "outdated", "coming",
          "personal", "unreadable", "skipped", "left_out", "unknown_products",
          "missing_attributes")  # fmt: skip


def survey_page(looked: Survey, gaps: Sequence[tuple[str, int]] | None = None) -> str:
    """The page in the brand's language; `gaps` are unanswered questions, None without a record."""
    words = WORDS[looked.brand.language]
    style = (Path(__file__).parent / "survey_page.css").read_text("utf-8")
    parts = (
        _head(looked, words, gaps),
        _section(words, "disagree", _disagreeing(looked.contradictions, words)),
        _section(words, "over", _over(looked, words)),
        _section(words, "twice", _twice(looked, words)),
        _section(words, "covered", _covered(looked, words)),
        _section(words, "gaps", _gaps(gaps, words)),
        _section(words, "personal", _personal(looked, words)),
        _section(words, "dropped", _dropped(looked, words)),
        _section(words, "came_in", _came_in(looked, words)),
    )
    title = f"{looked.brand.name} · {words['title']}"
    return _PAGE.format(
        lang=looked.brand.language, title=escape(title), style=style, body="\n".join(parts)
    )


def _head(looked: Survey, words: Mapping[str, str], gaps: Sequence[tuple[str, int]] | None) -> str:
    numbers = totals(looked) | ({"gaps": len(gaps)} if gaps is not None else {})
    tiles = "".join(
        f'<div class="tile{" warn" if name in _WARN and numbers[name] else ""}">'
        f"<b>{numbers[name]:,}</b><span>{escape(words[name])}</span></div>"
        for name in (*_SHOWN, "gaps")
        if name in numbers
    )
    return (
        f"<header><h1>{escape(looked.brand.name)}</h1><p class=soft>{escape(words['title'])} · "
        f"{escape(words['as_of'])} {looked.today.isoformat()}</p></header>"
        f"<div class=tiles>{tiles}</div>"
    )


def _section(words: Mapping[str, str], name: str, content: str) -> str:
    why = words.get(f"{name}_why", "")
    told = f"<p class=soft>{escape(why)}</p>" if why else ""
    heading = words[name][:1].upper() + words[name][1:]
    return f"<section id={name}><h2>{escape(heading)}</h2>{told}{content}</section>"


def _disagreeing(found: Sequence[Contradiction], words: Mapping[str, str]) -> str:
    cards = [
        f'<article class="clash"><h3>{escape(one.about)}'
        f"{f' · {escape(one.attribute)}' if one.attribute else ''}"
        f'<em class="{"sure" if one.certain else "maybe"}">'
        f"{escape(words['certain' if one.certain else 'look'])}</em></h3>"
        f"<div class=sides>{''.join(map(_side, one.spans, one.values))}</div></article>"
        for one in found[:_MOST_ROWS]
    ]
    return "".join(cards) or _nothing(words)


def _side(span: Span, value: str) -> str:
    number = re.match(r"[\d.,:-]+", value)
    marked = escape(number.group() if number else value)
    quote = re.sub(
        rf"(?<!\d){re.escape(marked)}(?!\d)", rf"<mark>{marked}</mark>", escape(span.quote), count=1
    )
    return f"<blockquote>{quote}<cite>{escape(span.source)}</cite></blockquote>"


def _over(looked: Survey, words: Mapping[str, str]) -> str:
    rows = [
        (one.place, words["coming_state" if one.standing == "coming" else one.standing],
         one.day.isoformat() if one.day else "–")
        for one in looked.outdated
    ]  # fmt: skip
    return _table(words, ("file", "state", "until"), rows)


def _twice(looked: Survey, words: Mapping[str, str]) -> str:
    rows = [(one.text, one.source, "\n".join(one.also)) for one in looked.duplicates]
    return _table(words, ("text", "file", "also"), rows, looked.repeated)


def _covered(looked: Survey, words: Mapping[str, str]) -> str:
    covered = looked.coverage
    have = covered.products - len(covered.without_passage)
    bar = f'<div class=bar><i style="width:{100 * have / max(1, covered.products):.1f}%"></i></div>'
    told = escape(words["of"].format(n=covered.products, m=have))
    lacking: dict[str, list[str]] = {}
    for product, attribute in covered.missing:
        lacking.setdefault(product.name, []).append(attribute)
    rows = [(product.name, words["no_passage"]) for product in covered.without_passage]
    rows += [(name, words["between"].join(attributes)) for name, attributes in lacking.items()]
    return f"{bar}<p>{told}</p>{_table(words, ('product', 'lacks'), rows)}"


def _gaps(gaps: Sequence[tuple[str, int]] | None, words: Mapping[str, str]) -> str:
    if not gaps:
        return f"<p class=soft>{escape(words['no_gaps'])}</p>"
    return _table(words, ("question", "times"), [(text, str(count)) for text, count in gaps])


def _personal(looked: Survey, words: Mapping[str, str]) -> str:
    if looked.brand.personal == "keep":
        return f"<p>{escape(words['personal_keep'])}</p>"
    rows = [(words[kind], str(count)) for kind, count in looked.personal.items()]
    return _table(words, ("kind", "number"), rows)


def _dropped(looked: Survey, words: Mapping[str, str]) -> str:
    rows = [(_named(sentence), sentence) for sentence in looked.unreadable]
    rows += [(source, words["unsupported"]) for source in looked.skipped]
    rows += [(source, f"{count} {words[what]}") for source, count, what in looked.left_out]
    return _table(words, ("file", "why"), rows)


def _named(sentence: str) -> str:
    """The file that a sentence begins with; its name may have blanks."""
    return _FILE.split(sentence, maxsplit=1)[0]


def _came_in(looked: Survey, words: Mapping[str, str]) -> str:
    zone = looked.brand.timezone
    rows = [
        (line.source, " · ".join(filter(None, (line.origin or words["own"], line.licence))),
         line.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), line.digest,
         f"{line.kept} / {line.passages}")
        for line in looked.sources
    ]  # fmt: skip
    return _table(words, ("file", "origin", "time", "hash", "kept"), rows)


def _nothing(words: Mapping[str, str]) -> str:
    return f"<p class=good>{escape(words['nothing'])}</p>"


def _table(
    words: Mapping[str, str],
    columns: Iterable[str],
    rows: Sequence[Sequence[str]],
    total: int | None = None,
) -> str:
    """The first rows; `total` is how many there are, if these are not all."""
    if not rows:
        return _nothing(words)
    names = list(columns)
    head = "".join(f"<th>{escape(words[name])}</th>" for name in names)
    body = "".join(
        "<tr>"
        + "".join(f"<td class={n}>{escape(cell)}</td>" for n, cell in zip(names, row, strict=True))
        + "</tr>"
        for row in rows[:_MOST_ROWS]
    )
    left = (total or len(rows)) - _MOST_ROWS
    more = f"<p class=soft>{escape(words['more'].format(n=left))}</p>" if left > 0 else ""
    return f"<div class=wide><table><tr>{head}</tr>{body}</table></div>{more}"
