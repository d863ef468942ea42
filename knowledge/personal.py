"""Personal data in texts: telephone, identity and bank card numbers, e-mail and home addresses.

Two readers, one implementation. The console shows conversations: `masked` hides whatever has the
form of such a thing. Knowledge is what a shop publishes: `personal_in` leaves what belongs to the
shop itself, or the numbers that customers need would be gone.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

PersonalKind = Literal["id_card", "bank_card", "phone", "email", "address"]

_PHONE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(1[3-9]\d)([- ]?)\d{4}\2(\d{4})(?![\d.]\d|\d)")
_LANDLINE = re.compile(r"(?<![\d-])0\d{2,3}[- ]?[2-9]\d{6,7}(?![\d-])")
_ID_CARD = re.compile(r"(?<!\d)(\d{3})\d{11}(\d{3}[\dXx])(?![\dXx])")
_BANK_CARD = re.compile(
    r"(?<![\d.])(\d{4})[ -]?\d{4}[ -]?\d{4}[ -]?\d{0,4}?[ -]?(\d{4}|\d{3})(?!\d|[ -]\d{3}(?!\d))"
)
_EMAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,})")
_HOME = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{2,30}?\d+\s?(?:号楼|栋|幢|座)\s?[\dA-Za-z一二三四五六七八九十]{1,4}\s?单元"
    r"(?:\s?\d{2,4}\s?(?:室|号|户)?)?"
)
# Whose address it is stands before it: to begin with that would make the search five times slower.
_SENT_TO = re.compile(
    r"(?:地址|住址|住所|家住)\s*[:：是为在]\s*"
    r"(?P<place>[^，。；;\n]{0,40}?(?:路|街|巷|弄|村|小区|花园|公寓|苑|镇|乡)"
    r"[^，。；;\n]{0,20}?\d+\s*(?:号楼|号|栋|幢|弄|单元|室|户)"
    r"(?:\s*[\dA-Za-z一二三四五六七八九十-]{1,6}\s*(?:号楼|号|栋|幢|单元|室|户|楼|层))*)"
)
_SOMEBODYS = re.compile(r"收货|收件|寄件|家庭|居住|常住|户籍|我的|您的|本人|住址|住所|家住")
_WHOSE = re.compile(r"(?:收货|收件|寄件|家庭|居住|常住|户籍|我的|您的|本人)人?\Z")
_SHIP_TO = re.compile(
    r"(?:ship(?:ping)?(?: address| to)|home address|my address)\s*(?:is|:)\s*"
    r"(?P<place>\d{1,6}\s[A-Z][^\n;]{4,80})",
    re.IGNORECASE,
)
# Whose number it is stands right before it; the words of a whole sentence would say too much.
_OFFICE = re.compile(
    r"(?:客服|服务|咨询|投诉|举报|监督|热线|门店|店铺|专柜|前台|窗口|售后|官方|商务|合作|预约|报修|维修|营业厅"
    r"|办公|值班|hotline|service|support|store|office|branch|front desk|help ?line)"
    r"[^\d，。；;\n@]{0,14}$",
    re.IGNORECASE,
)
# In a chat log that is who speaks, not whose number follows.
_SPEAKER = re.compile(r"(?:客服|service|support|agent)\s*[:：]\s*\D{0,14}$", re.IGNORECASE)
_PERSONS = re.compile(
    r"(?:家庭|住宅|宅电|收货|收件|联系人|本人|客户|顾客|会员|用户|机主|先生|女士|home)[^\d，。；;\n]{0,10}$",
    re.IGNORECASE,
)
_NO_CARD = re.compile(
    r"(?:订单|运单|单号|编号|快递|物流|流水|条码|条形码|序列号|型号|批号|货号|IMEI|SN|order|tracking|serial|no\.)"
    r"[^，。；;\n]{0,12}$",
    re.IGNORECASE,
)
_COMPANYS = re.compile(r"(?:对公|公司|企业|收款|监管|专用|捐赠|基本)[^，。；;\n]{0,14}$")
_ROLES = re.compile(
    r"(?:^|[._-])(?:service|services|support|care|help|helpdesk|info|contact|contacts|sales|shop|store|hr"
    r"|jobs?|careers?|press|media|privacy|legal|complaints?|billing|invoices?|tax|orders?|returns?|events?"
    r"|rentals?|office|admin|noreply|no-reply|kefu|kf|fuwu|tousu|marketing|business|partners?|cs|vip|dpo"
    r"|feedback|security|hello|team|booking|reservations?)\d{0,2}(?:$|[._-])",
    re.IGNORECASE,
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# What cards begin with, and how long they are: UnionPay, Visa, Mastercard, American Express, JCB.
_CARD = re.compile(r"62\d{14,17}|4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|35\d{14}|9558\d{15}")
_BEFORE = 30


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """Where something personal stands in a text; what it is, never whose."""

    kind: PersonalKind
    start: int
    end: int


def masked(text: str) -> str:
    """Phone, identity-card and bank-card numbers and e-mail addresses with their middle hidden."""
    for pattern in (_ID_CARD, _BANK_CARD, _PHONE, _EMAIL):
        text = pattern.sub(_HIDDEN[pattern], text)
    return text


def personal_in(text: str, own: Iterable[str] = ()) -> tuple[PersonalDatum, ...]:
    """What is somebody's in a shop's text, in order; not the shop's own numbers and addresses.

    `own` are contacts of the shop, and domains of its mail; they are never somebody's.
    """
    kept = tuple(_bare(contact) for contact in own if _bare(contact))
    found: list[PersonalDatum] = []
    there = {sign for sign in _SIGNS if sign.search(text)}
    for kind, pattern, sign, fits in _FINDERS:
        for match in pattern.finditer(text) if sign in there else ():
            group = "place" if "place" in pattern.groupindex else 0
            start, end = match.span(group)
            said = _bare(match.group(group))
            if any(contact in said for contact in kept):
                continue
            if any(start < other.end and other.start < end for other in found):
                continue
            if fits(match.group(), text[max(0, match.start() - _BEFORE) : match.start()]):
                found.append(PersonalDatum(kind, start, end))
    return tuple(sorted(found, key=lambda datum: datum.start))


def without_personal(text: str, own: Iterable[str] = ()) -> tuple[str, Counter[PersonalKind]]:
    """The text with what is personal hidden, and how often there was what."""
    pieces, at = [], 0
    data = personal_in(text, own)
    for datum in data:
        pieces += [text[at : datum.start], _hidden(datum.kind, text[datum.start : datum.end])]
        at = datum.end
    return "".join((*pieces, text[at:])), Counter(datum.kind for datum in data)


def _hidden(kind: PersonalKind, said: str) -> str:
    # Not the plain sign: to Markdown, two of it are the beginning of bold letters.
    return "＊＊＊" if kind == "address" else _middle_hidden(kind, said).replace("*", "＊")


def _middle_hidden(kind: PersonalKind, said: str) -> str:
    pattern = {"id_card": _ID_CARD, "bank_card": _BANK_CARD, "email": _EMAIL}.get(kind, _PHONE)
    if pattern.fullmatch(said):
        return pattern.sub(_HIDDEN[pattern], said)
    return f"{said[:3]}****{said[-2:]}"


def _bare(contact: str) -> str:
    return re.sub(r"[\s()-]", "", contact).lower()


def _is_phone(_: str, before: str) -> bool:
    return bool(_SPEAKER.search(before)) or not _OFFICE.search(before)


def _is_home_phone(_: str, before: str) -> bool:
    """Who publishes a line with an area code is an office, unless it says that it is somebody's."""
    return bool(_PERSONS.search(before)) and not _OFFICE.search(before)


def _is_id_card(said: str, _: str) -> bool:
    try:
        date(int(said[6:10]), int(said[10:12]), int(said[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(said, _WEIGHTS, strict=False))
    return "1" <= said[0] <= "9" and _CHECK[total % 11] == said[17].upper()


def _is_bank_card(said: str, before: str) -> bool:
    digits = re.sub(r"\D", "", said)
    if not _CARD.fullmatch(digits) or _NO_CARD.search(before) or _COMPANYS.search(before):
        return False
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _is_persons_mail(said: str, before: str) -> bool:
    name, _, _ = said.partition("@")
    return not _ROLES.search(name) and not _OFFICE.search(before)


def _is_somebodys(said: str, before: str) -> bool:
    return bool(_SOMEBODYS.search(said) or _WHOSE.search(before))


def _always(_: str, __: str) -> bool:
    return True


_HIDDEN: Mapping[re.Pattern[str], str] = {
    _ID_CARD: r"\1***********\2",
    _BANK_CARD: r"\1 **** **** \2",
    _PHONE: r"\1****\3",
    _EMAIL: r"\1***@\2",
}
# What every such datum has, found fast: texts without it, which are most, need no slower look.
_LONG = re.compile(r"\d{4}[ -]?\d{4}[ -]?\d{4}")
_FINDERS: tuple[
    tuple[PersonalKind, re.Pattern[str], re.Pattern[str], Callable[[str, str], bool]], ...
] = (
    ("id_card", _ID_CARD, _LONG, _is_id_card),
    ("bank_card", _BANK_CARD, _LONG, _is_bank_card),
    ("phone", _PHONE, re.compile(r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}"), _is_phone),
    ("phone", _LANDLINE, re.compile(r"0\d{2,3}[- ]?[2-9]\d{6}"), _is_home_phone),
    ("email", _EMAIL, re.compile("@"), _is_persons_mail),
    ("address", _SENT_TO, re.compile("地址|住址|住所|家住"), _is_somebodys),
    ("address", _SHIP_TO, re.compile(r"[sS:]\s*\d{1,6}\s[A-Za-z]"), _always),
    ("address", _HOME, re.compile(r"(?:号楼|栋|幢|座)\s?\w{1,4}\s?单元"), _always),
)
_SIGNS = tuple(dict.fromkeys(sign for _, _, sign, _ in _FINDERS))
