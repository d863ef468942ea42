"""Reading typed records out of a text by rules, each with the exact words it came from."""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.lines import Line, TableRow, lines_in, sentences
from knowledge.markup import plain
from knowledge.products import ProductNames
from knowledge.quantities import DAYS, HOURS, QUANTITY, validity
from knowledge.review import FIELDS, Record, RecordKind, trouble_with

_LABELLED = re.compile(r"(?P<label>[^：:|。；;\n]{2,20})[：:]\s*(?P<value>\S[^\n]{0,160})")
# What shops state of a product in a sentence, with the number close behind.
_ATTRIBUTE = (
    "开封后使用期限|开封后保质期|使用期限|保质期|有效期|质保期|质保|保修期|保修|净含量|容量|净重|重量|毛重|尺寸|直径|高度|宽度|厚度"
    "|功率|电压|续航(?:时间)?|电池容量|充电时间|防水等级|含绒量|充绒量|最小年龄|适用年龄|月费|月租|价格|售价|零售价|单价"
    "|warranty|shelf life|weight|capacity|volume|price|battery life|fill power"
)
_STATED = re.compile(
    rf"(?P<attribute>{_ATTRIBUTE})(?:期限|时间)?(?:\s?(?:为|是|：|:|约|达|有|长达|of|is|are|:)){{0,2}}\s?"
    rf"(?P<quantity>{QUANTITY.pattern})",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"可以?|不得|不能|不可|须|需|应当|应|必须|免费|无效|恕不|不予|不支持|不参加|不享受|仅限|自动|退还|扣除|收取|顺延|作废|有效"
    r"|\b(?:may|must|can|cannot|only|free|not|within|no longer|refund|never)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:如果?|若|当|凡|满|未满|未|超过)[^，。；;]{2,40}(?:的|时|后|，)|须[^，。；;]{2,30}|仅限[^，。；;]{2,30}"
    r"|\b(?:if|when|provided|once)\b[^,.;]{3,80}",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"(?:但|除)[^，。；;]{1,40}(?:除外|以外|外)|[^，。；;]{2,30}(?:除外|不适用|不参加|不在此列)"
    r"|\b(?:except|unless|excluding|but not)\b[^.;]{2,80}",
    re.IGNORECASE,
)
_NO_LABEL = re.compile(
    r"https?$|\d$|[，。,!！?？]|发布|日期|时间$|^注|说明$|date|issued|note", re.IGNORECASE
)
_ONE_DAY = re.compile(r"[月日号]\s*[（(]?[^，。；]{0,6}$|20\d\d,?\s*$")
_LONGEST_ANSWER, _LONGEST_RULE = 1200, 240


def records_in(source: str, text: str, names: ProductNames, by: str = "rules") -> list[Record]:
    """What the rules see in a text, in its order, each record once and sound."""
    made: dict[tuple[object, ...], Record] = {}
    reader = _Reader(source, text, names, by)
    for record in reader.records():
        if not trouble_with(record):
            made.setdefault(record.identity, record)
    return list(made.values())


class _Reader:
    """One document."""

    def __init__(self, source: str, text: str, names: ProductNames, by: str) -> None:
        self.source, self.text, self.names, self.by = source, text, names, by

    def records(self) -> Iterator[Record]:
        """All kinds, line by line; what a question's answer says is the answer's."""
        items = list(lines_in(self.source, self.text))
        yield from self._answers(items)
        for item in items:
            if isinstance(item, TableRow):
                yield from self._of_row(item)
            elif not item.is_heading:
                yield from self._of_line(item)

    def _answers(self, items: Sequence[Line | TableRow]) -> Iterator[Record]:
        for place, item in enumerate(items):
            if not isinstance(item, Line) or not item.asks:
                continue
            answer: list[Line] = []
            for following in items[place + 1 :]:
                if not isinstance(following, Line) or following.is_heading:
                    break
                answer.append(following)
            if answer and answer[-1].end - item.start <= _LONGEST_ANSWER:
                said = "\n".join(re.sub(r"^(?:答案?|A)\s*[:：]\s*", "", a.text) for a in answer)
                fields = {"question": item.heading[-1], "answer": plain(said)}
                yield self._record("question_answer", fields, item.start, answer[-1].end)

    def _of_row(self, row: TableRow) -> Iterator[Record]:
        if not row.cells:
            return
        (_, key), *rest = row.cells
        named = self.names.named_in(key)
        hours = [(header, HOURS.search(cell)) for header, cell in rest]
        start, end = row.line.start, row.line.end
        if any(found for _, found in hours):
            for header, found in hours:
                if found:
                    place, days = (header, key) if DAYS.fullmatch(key) else (key, header)
                    named_days = DAYS.search(days)
                    when = named_days.group() if named_days else ""
                    yield self._hours(place, found, when, start, end)
        elif len(named) == 1:
            for header, cell in (pair for pair in rest if pair[1] not in named):
                fields = {"product": key, "attribute": header, **_split(cell)}
                yield self._record("product_fact", fields, start, end)
        elif rest:
            yield self._record("table_row", dict(row.cells), start, end)

    def _of_line(self, line: Line) -> Iterator[Record]:
        product = self._product(line)
        labelled = _LABELLED.fullmatch(line.text)
        if labelled and product and not _NO_LABEL.search(labelled["label"]):
            fields = {
                "product": product,
                "attribute": plain(labelled["label"]),
                **_split(plain(labelled["value"])),
            }
            yield self._record("product_fact", fields, line.start, line.end)
            return
        for said in sentences(line):
            if HOURS.search(said.text):
                yield from self._hours_in(said)
            elif (stated := _STATED.search(said.text)) and (about := product or self._only(said)):
                fields = {"product": about, "attribute": stated["attribute"]}
                fields |= _split(stated["quantity"])
                yield self._record("product_fact", fields, said.start, said.end)
            elif _RULE.search(said.text) and QUANTITY.search(said.text):
                yield from self._policy(said)

    def _product(self, line: Line) -> str:
        """The heading that names one product of the catalogue, if one does."""
        for name in reversed(line.heading):
            if len(self.names.named_in(name)) == 1:
                return name
        return ""

    def _only(self, said: Line) -> str:
        """The product that the sentence itself names, if it is one."""
        named = self.names.spelt_in(said.text)
        return named if len(self.names.named_in(said.text)) == 1 else ""

    def _hours_in(self, said: Line) -> Iterator[Record]:
        at, days = 0, ""
        for found in HOURS.finditer(said.text):
            before = said.text[at : found.start()]
            if _ONE_DAY.search(before):
                continue
            named = list(DAYS.finditer(before))
            days = named[-1].group() if named else days
            label = before[: named[0].start()] if named else before
            place = (
                plain(re.split(r"[，,、：:（(]", label.strip(" ：:（(，,、"))[0])
                .strip()
                .rstrip("为是")
            )
            known = at == 0 and 2 <= len(place) <= 20 and not re.search(r"\d", place)
            yield self._hours(
                place if known else said.heading[-1], found, days, said.start, said.end
            )
            at = found.end()

    def _hours(self, place: str, found: re.Match[str], days: str, start: int, end: int) -> Record:
        fields = {
            "place": place,
            "opens": found["opens"].replace("：", ":"),
            "closes": found["closes"].replace("：", ":"),
        }
        return self._record("opening_hours", fields | ({"days": days} if days else {}), start, end)

    def _policy(self, said: Line) -> Iterator[Record]:
        if len(said.text) > _LONGEST_RULE:
            return
        fields = {"subject": said.heading[-1], "rule": plain(said.text)}
        for name, pattern in (("conditions", _CONDITION), ("exceptions", _EXCEPTION)):
            if found := pattern.search(plain(said.text)):
                fields[name] = found.group().strip("，, ")
        yield self._record("policy", fields | validity(said.text), said.start, said.end)

    def _record(self, kind: RecordKind, fields: dict[str, str], start: int, end: int) -> Record:
        kept = {name: value.strip() for name, value in fields.items() if value.strip()}
        kept = {name: value[:2000] for name, value in kept.items()} or {"-": "-"}
        return Record(
            kind=kind,
            fields=kept,
            source=self.source,
            start=start,
            end=end,
            quote=self.text[start:end],
            by=self.by,
        )


def _split(value: str) -> dict[str, str]:
    """Value and unit, where the value is a number with a unit and nothing else."""
    match = QUANTITY.fullmatch(value.strip())
    if match and match["unit"]:
        return {"value": match["value"], "unit": match["unit"]}
    return {"value": value.strip()}


def kinds_of(records: Iterable[Record]) -> dict[str, int]:
    """How many there are of each kind."""
    counts: dict[str, int] = dict.fromkeys((*FIELDS, "table_row"), 0)
    for record in records:
        counts[record.kind] += 1
    return counts
