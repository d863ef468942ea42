"""A product feed's rows as cells of catalog.csv: prices, stock and names as shops write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from knowledge.cells import CellError
from knowledge.cleaning import clean_line
from knowledge.columns import PRODUCT, assigned
from knowledge.errors import KnowledgeError
from knowledge.sheet_rows import Sheet, SheetRow

IN_STOCK, OUT_OF_STOCK = "in stock", "0"
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_SIGNS = (("￥", "¥"), ("¥", "¥"), ("元", "元"), ("HK$", "HKD"), ("US$", "USD"), ("$", "$"))
_SIGNED = {"€": "EUR", "£": "GBP", "HKD": "HKD", "USD": "USD", "RMB": "CNY", "人民币": "CNY"}
_SHARED = {
    "¥": (("CNY", "JPY"), "CNY"),
    "元": (("CNY", "TWD", "HKD", "MOP"), "CNY"),
    "$": (("USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD"), "USD"),
}
_YES = re.compile(r"in[ _]?stock|available|yes|true|有货|现货|有|在售|是|充足|limited\w*", re.I)
_NO = re.compile(
    r"out[ _]?of[ _]?stock|sold ?out|unavailable|no|false|缺货|无货|无|售罄|下架|否|断货|已售完|"
    r"pre-?order|back-?order|预售|预订|discontinued",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a row of the feed says: only the columns of catalog.csv that it has something for."""

    number: int
    cells: Mapping[str, str]
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """The rows that can be used, why others cannot, and which column was taken for what.

    `held` are SKUs of rows that cannot be used: they are in the feed all the same.
    """

    offers: tuple[Offer, ...]
    refused: tuple[str, ...]
    held: frozenset[str]
    columns: Mapping[str, str]
    unused: tuple[str, ...]


def offers_of(sheet: Sheet, given: Mapping[str, str], currency: str) -> Offers:
    """Read a feed for a brand whose prices are in `currency` where nothing else is said.

    Raises:
        KnowledgeError: no column can be taken for the SKU.
    """
    columns = assigned(sheet.columns, PRODUCT, given)
    if "sku" not in columns:
        shown = ", ".join(sheet.columns[:20])
        raise KnowledgeError(
            f"No column of the feed is the SKU; name it, as in --map sku=货号. It has: {shown}."
        )
    offers, refused, seen = [], [], dict[str, int]()
    held = set()
    for row in sheet.rows:
        try:
            offer = _offer(row, columns, currency)
            sku = offer.cells["sku"]
            if sku.casefold() in seen:
                raise CellError("sku", f"another than in row {seen[sku.casefold()]}", sku)
        except CellError as error:
            refused.append(f"row {row.number}, {columns.get(error.column, error.column)}: {error}")
            held.add(row.cells.get(columns["sku"], ""))
            continue
        seen[sku.casefold()] = row.number
        offers.append(offer)
    unused = tuple(name for name in sheet.columns if name not in columns.values())
    return Offers(tuple(offers), tuple(refused), frozenset(held), columns, unused)


def _offer(row: SheetRow, columns: Mapping[str, str], currency: str) -> Offer:
    said = {name: clean_line(row.cells.get(column, "")) for name, column in columns.items()}
    if not said["sku"]:
        raise CellError("sku", "a stock-keeping unit", "")
    cells = {name: said[name] for name in ("sku", "name", "category", "url", "summary")
             if said.get(name)}  # fmt: skip
    if said.get("aliases"):
        names = re.split(r"[|;；,，、]", said["aliases"])
        cells["aliases"] = "|".join(dict.fromkeys(one.strip() for one in names if one.strip()))
    if "price" in columns:
        cells["price"], cells["currency"] = _price(said, columns["price"], currency)
    if "stock" in columns or "availability" in columns:
        cells["stock"] = _stock(said.get("stock", ""), said.get("availability", ""))
    variant = " ".join(said[name] for name in ("variant", "size") if said.get(name))
    return Offer(row.number, cells, variant)


def _price(said: Mapping[str, str], header: str, currency: str) -> tuple[str, str]:
    """Amount and currency; a cell that could mean two things is refused."""
    text = said["price"]
    found = _NUMBER.findall(text)
    rest = _NUMBER.sub("", text).strip()
    named = _currency(rest, currency) or _currency(said.get("currency", ""), currency)
    if len(found) != 1 or (rest and named is None) or re.search(r"\d,\d{1,2}(?!\d)", text):
        raise CellError("price", "one amount, such as 168.00 or 168.00 CNY", text)
    other = said.get("currency", "")
    if other and rest and _currency(other, currency) not in {None, named}:
        raise CellError("price", f"the currency that its column says ({other})", text)
    try:
        amount = Decimal(found[0].replace(",", ""))
    except InvalidOperation:
        raise CellError("price", "one amount, such as 168.00", text) from None
    if amount != round(amount, 2):
        raise CellError("price", "an amount with at most two decimals", text)
    unit = re.search(r"[(（\[【](.*?)[)）\]】]", header)
    return f"{amount:.2f}", named or _currency(unit[1] if unit else "", currency) or currency


def _currency(words: str, own: str) -> str | None:
    """The currency that signs or letters around an amount stand for, if they stand for one."""
    words = words.strip().upper()
    if not words:
        return None
    if _CODE.fullmatch(words):
        return _SIGNED.get(words, words)
    bare = words.strip(" .:：") or words
    bare = "元" if bare in {"元/件", "元起", "圆"} else bare
    for sign, kind in _SIGNS:
        if bare == sign:
            if kind not in _SHARED:
                return kind
            shared, usual = _SHARED[kind]
            return own if own in shared else usual
    return _SIGNED.get(bare)


def _stock(count: str, availability: str) -> str:
    """A number, or that there is some; `CellError` if neither can be told."""
    if availability and _NO.fullmatch(availability):
        return OUT_OF_STOCK
    plain = re.sub(r"[,\s件个支瓶盒套份台箱包]", "", count)
    if match := re.fullmatch(r"(\d{1,9})(?:\.0+)?", plain):
        return str(int(match[1]))
    if re.fullmatch(r"-\d+(?:\.0+)?", plain):
        return OUT_OF_STOCK  # sold beyond what there is
    for words in (count, availability):
        if words and _NO.fullmatch(words):
            return OUT_OF_STOCK
    if (not count and _YES.fullmatch(availability)) or _YES.fullmatch(count):
        return IN_STOCK
    raise CellError("stock", "a whole number, or in stock / out of stock", count or availability)
