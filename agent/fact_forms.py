"""What one fact in a text looks like, once all numbers are in digits and letters are lower case."""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from agent.numerals import plain

FactKind = Literal["number", "date", "amount", "order_number", "url", "product"]


class Found(NamedTuple):
    """A fact at a place. It holds if a text gives one of the keys it `needs`."""

    kind: FactKind
    value: str
    start: int
    end: int
    needs: frozenset[str]
    gives: frozenset[str]


Reader = Callable[[re.Match[str]], list[Found] | None]

# A number starts where no digit (or digit and point) stands before it. The digit class comes
# first and the look-behind second, so that the engine can jump from digit to digit.
START = r"[0-9](?<![0-9][0-9])(?<![0-9]\.[0-9])"
NUMBER = START + r"[0-9]*+(?:\.[0-9]++)?+"
TO = r"\s?(?:[-~—–到至]{1,2}|to\s|or\s|或)\s?"

_CURRENCIES = {
    **dict.fromkeys(("¥", "rmb", "cny", "人民币", "元", "块", "块钱", "yuan"), "CNY"),
    **dict.fromkeys(("$", "us$", "usd", "美元", "美金", "dollar", "dollars", "bucks"), "USD"),
    **dict.fromkeys(("hk$", "hkd", "港元", "港币"), "HKD"),
    **dict.fromkeys(("€", "eur", "欧元", "euro", "euros"), "EUR"),
    **dict.fromkeys(("£", "gbp", "英镑", "pounds"), "GBP"),
    **dict.fromkeys(("jpy", "日元"), "JPY"),
}
_SIGNS = "|".join(
    re.escape(sign)
    for sign in ("¥", "us$", "hk$", "$", "€", "£", "rmb", "cny", "usd", "hkd", "eur", "人民币")
)
_PREFIXED = re.compile(rf"(?:{_SIGNS})\s?({NUMBER})(?:{TO}(?:{_SIGNS})?({NUMBER}))?")
_SUFFIXED = re.compile(
    rf"({NUMBER})(?:{TO}({NUMBER}))?\s?"
    r"(?:(?P<percent>%|percent\b|per cent\b|个百分点)(?P<off>\s?off\b)?"
    r"|(?P<discount>折)(?!叠)"
    r"|(?P<currency>元(?!素|旦|宵)|块钱?|美元|美金|港[元币]|欧元|英镑|日元"
    r"|(?:yuan|rmb|cny|usd|hkd|eur|gbp|jpy|dollars?|bucks|euros?|pounds)(?![a-z]))"
    r"(?:(?<=块)(?P<tenths>[0-9])(?![0-9.]))?)"
)
_NUMBER = re.compile(NUMBER)

# Domains are recognised by their last part, or "days.Please" would be one.
_DOMAIN = re.compile(
    r"\.(?:com|cn|net|org|io|shop|store|top|xyz|info|vip|me|co|app|example|test|cc|tv|hk|tw|us|uk|jp"
    r"|gov|edu|de|fr|eu|site|online|club|link|ltd|asia)(?![a-z0-9-])(?:\.(?:cn|hk|uk|tw|jp)(?![a-z]))?"
    r"(?::[0-9]{2,5})?(?:/[!-~]*)?"
)
_URL = re.compile(r"(?:https?|weixin|alipays?)://([!#-;=?-~]+)")
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_@+")
_LONGEST_HOST = 100

_PHONE = re.compile(
    r"[0-9](?<![0-9a-z.][0-9])(?:"
    r"(?<=1)[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
    r"|(?<=8)6[- ]?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
    r"|(?<=[48])00[- ]?[0-9]{3}[- ]?[0-9]{4}"
    r"|(?<=0)[0-9]{2,3}[- ]?[0-9]{7,8}"
    r"|[0-9]{0,3}(?:-[0-9]{2,4}){2,3})(?![0-9a-z])"
)
_CODE = re.compile(r"[a-z0-9](?<![a-z0-9][a-z0-9])[a-z0-9]*+(?:[-_][a-z0-9]++)*+(?!\.[0-9])")
_QUANTITY_CODE = re.compile(r"[0-9]+[a-z]{1,5}")  # 10000mah
_CODE_DIGITS = 5
_BARE_CODE_DIGITS = 7  # fewer may be a quantity


def is_within_word(match: re.Match[str]) -> bool:
    """Whether a Latin letter stands right before the match."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    return before.isascii() and before.isalpha()


def numbers(match: re.Match[str]) -> list[Found]:
    """A figure by itself, whatever it counts."""
    return [_number(match, match.group())]


def prefixed(match: re.Match[str]) -> list[Found] | None:
    """¥168, RMB 168-299."""
    if is_within_word(match):
        return None
    sign = re.match(_SIGNS, match.group())
    return _amounts(match, _CURRENCIES[sign.group()] if sign else "CNY")


def suffixed(match: re.Match[str]) -> list[Found] | None:
    """168元, 9块9, 8.5折, 3-5%, 15% off."""
    if currency := match["currency"]:
        return _amounts(match, _CURRENCIES[currency])
    values = [plain(value) for value in match.groups()[:2] if value]
    if match["discount"]:
        return [_discount(match, value) for value in values]
    return [_percent(match, value, is_off=bool(match["off"])) for value in values]


def url(match: re.Match[str]) -> list[Found]:
    """An address with its scheme."""
    return [_address(match[1], match.start(), match.end())]


def domain(match: re.Match[str]) -> list[Found] | None:
    """A bare domain or an e-mail address, of which the match is the end."""
    text, start = match.string, match.start()
    first = max(0, start - _LONGEST_HOST)
    while start > first and text[start - 1] in _HOST_CHARACTERS:
        start -= 1
    host = text[start : match.end()]
    return [_address(host, start, match.end())] if start < match.start() else None


def phone(match: re.Match[str]) -> list[Found] | None:
    """A phone number, however it is grouped."""
    digits = re.sub("[^0-9]", "", match.group())
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return [_code(match, digits)] if len(digits) >= _BARE_CODE_DIGITS else None


def code(match: re.Match[str]) -> list[Found] | None:
    """An order or tracking number: letters and at least five digits, or seven digits and more."""
    token = match.group()
    count = sum(c.isdecimal() for c in token)
    if count < _CODE_DIGITS or _QUANTITY_CODE.fullmatch(token):
        return None
    if token.isdecimal() and count < _BARE_CODE_DIGITS:
        return None
    if count == len(token.replace("-", "").replace("_", "")) < len(token):
        return None  # 10000-20000 is a range
    return [_code(match, re.sub("[-_]", "", token).upper())]


def _number(match: re.Match[str], text: str) -> Found:
    value = plain(text)
    needs = {f"number {value}", f"money {value}", f"year {value}"}
    return Found("number", value, *match.span(), frozenset(needs), frozenset((f"number {value}",)))


def _amounts(match: re.Match[str], currency: str) -> list[Found]:
    found = []
    tenths = match.groupdict().get("tenths")
    for text in match.groups()[:2]:
        if text:
            value = plain(f"{text}.{tenths}" if tenths and "." not in text else text)
            key = f"{currency} {value}"
            needs, gives = frozenset((key, f"number {value}")), frozenset((key, f"money {value}"))
            found.append(Found("amount", key, *match.span(), needs, gives))
    return found


def _percent(match: re.Match[str], value: str, *, is_off: bool) -> Found:
    key = f"{value}%"
    off = {_folds(value)} if is_off else set()
    return Found("number", key, *match.span(), frozenset({key}), frozenset({key} | off))


def _discount(match: re.Match[str], value: str) -> Found:
    """85折 is 8.5折, and as good as 15% off."""
    folds = f"{value[0]}.{value[1]}" if len(value) == 2 and value != "10" else value
    key = f"{plain(folds)}折"
    gives = frozenset((key, f"{_off(plain(folds))}%"))
    return Found("number", key, *match.span(), frozenset((key,)), gives)


def _off(folds: str) -> str:
    return plain(f"{100 - 10 * float(folds[:5]):.2f}")


def _folds(percent_off: str) -> str:
    return plain(f"{10 - float(percent_off[:5]) / 10:.3f}") + "折"


def _address(address: str, start: int, end: int) -> Found:
    trimmed = address.rstrip(".,;:!?)'\"]}")
    end -= len(address) - len(trimmed)
    value = trimmed.removeprefix("www.").rstrip("/")
    host = value.partition("/")[0]
    gives = frozenset((f"url {value}", f"url {host}"))
    return Found("url", value, start, end, frozenset((f"url {value}",)), gives)


def _code(match: re.Match[str], value: str) -> Found:
    key = f"code {value}"
    # People name an order or a phone by its last four digits.
    gives = {key, f"number {plain(value[-4:])}"}
    needs = {key}
    if value.isdecimal():
        gives.add(f"number {plain(value)}")
        needs.add(f"number {plain(value)}")
    return Found("order_number", value, *match.span(), frozenset(needs), frozenset(gives))


CODE_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = ((_PHONE, phone), (_CODE, code))
ADDRESS_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = ((_URL, url), (_DOMAIN, domain))
QUANTITY_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_PREFIXED, prefixed),
    (_SUFFIXED, suffixed),
)
NUMBER_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = ((_NUMBER, numbers),)
