"""Bringing catalog.csv in line with a product feed: checked whole, written whole."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.brand import BrandError
from knowledge.brand_rows import CATALOG_COLUMNS, catalog_of, product_of, read_text, rows_of
from knowledge.cells import CellError
from knowledge.errors import KnowledgeError
from knowledge.folding import fold
from knowledge.offers import IN_STOCK, Offer, Offers

CATALOG = "catalog.csv"
_SINGLE = "1"  # the least that "in stock" can mean


@dataclass
class CatalogChange:
    """The catalogue as it will be, and what that changes; SKUs, and sentences for what cannot."""

    rows: dict[str, dict[str, str]]
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    uncounted: int = 0

    @property
    def text(self) -> str:
        """The file."""
        told = io.StringIO()
        writer = csv.DictWriter(told, CATALOG_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows.values())
        return told.getvalue()


def changed_catalog(
    folder: Path, offers: Offers, currency: str, *, replace: bool, needed: Iterable[str] = ()
) -> CatalogChange:
    """What the feed makes of the catalogue in `folder`; nothing is written.

    Existing rows are updated by SKU, and nothing is removed unless `replace`; rows of the SKUs
    `needed` (by demo orders) stay even then.

    Raises:
        KnowledgeError: no row of the feed can be used, or the catalogue would not hold.
    """
    change = CatalogChange(_present(folder))
    taken = _names(change.rows)
    for offer in _told_apart(offers.offers):
        try:
            _take(change, offer, currency, taken, folder)
        except CellError as error:
            column = offers.columns.get(error.column, error.column)
            change.refused.append(f"row {offer.number}, {column}: {error}")
    change.refused[:0] = offers.refused
    if len(change.refused) == len(offers.offers) + len(offers.refused):
        first = change.refused[0] if change.refused else "it has none"
        raise KnowledgeError(f"No row of the feed can be used ({first}); {CATALOG} is as it was.")
    if replace:
        _remove(change, offers, needed)
    try:
        catalog_of(change.text, folder)
    except BrandError as error:
        raise KnowledgeError(f"With this feed {error}. {CATALOG} is as it was.") from error
    return change


def _present(folder: Path) -> dict[str, dict[str, str]]:
    text = read_text(folder, CATALOG)
    catalog_of(text, folder)
    return {fold(row["sku"]): row for _, row in rows_of(text, CATALOG, CATALOG_COLUMNS)}


def _names(rows: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Who has a SKU, name or alias, folded; an alias may be shared, so names win."""
    taken: dict[str, str] = {}
    for key, row in rows.items():
        for alias in filter(None, row["aliases"].split("|")):
            taken.setdefault(f"alias {fold(alias)}", key)
    for key, row in rows.items():
        taken[fold(row["name"])] = taken[key] = key
    return taken


def _told_apart(offers: Iterable[Offer]) -> list[Offer]:
    """Variants of one title get colour and size behind it, as feeds have them in own columns."""
    offers = list(offers)
    titles: dict[str, int] = {}
    for offer in offers:
        title = fold(offer.cells.get("name", ""))
        titles[title] = titles.get(title, 0) + 1
    return [
        Offer(one.number, {**one.cells, "name": f"{one.cells['name']} {one.variant}"})
        if one.variant and titles.get(fold(one.cells.get("name", "")), 0) > 1
        else one
        for one in offers
    ]


def _take(
    change: CatalogChange, offer: Offer, currency: str, taken: dict[str, str], folder: Path
) -> None:
    key = fold(offer.cells["sku"])
    before = change.rows.get(key)
    blank = dict.fromkeys(CATALOG_COLUMNS, "") | {"currency": currency}
    row = {**(before or blank), **offer.cells}
    if before:
        row["sku"] = before["sku"]
    if row["stock"] == IN_STOCK:
        known = before["stock"] if before else _SINGLE
        row["stock"] = known if known != "0" else _SINGLE
        change.uncounted += row["stock"] == _SINGLE
    _refuse_taken(key, row, taken)
    product_of(row, folder)
    if before and before["name"] != row["name"]:
        taken.pop(fold(before["name"]), None)
    taken[fold(row["name"])] = taken[key] = key
    for alias in filter(None, row["aliases"].split("|")):
        taken.setdefault(f"alias {fold(alias)}", key)
    change.rows[key] = row
    changes = change.added if before is None else change.same if before == row else change.changed
    changes.append(row["sku"])


def _refuse_taken(key: str, row: Mapping[str, str], taken: Mapping[str, str]) -> None:
    """Names tell products apart, so no other product may have it."""
    name = fold(row["name"])
    for other in (taken.get(name), taken.get(f"alias {name}")):
        if other not in {None, key}:
            raise CellError("name", f"another name than that of {other}", row["name"])
    for alias in filter(None, row["aliases"].split("|")):
        if taken.get(fold(alias), key) != key:
            raise CellError("aliases", f"no name of {taken[fold(alias)]}", alias)


def _remove(change: CatalogChange, offers: Offers, needed: Iterable[str]) -> None:
    """What the feed does not have goes; a row that could not be used is in it all the same."""
    there = {fold(offer.cells["sku"]) for offer in offers.offers} | set(map(fold, offers.held))
    wanted = set(map(fold, needed))
    for key in [key for key in change.rows if key not in there]:
        sku = change.rows[key]["sku"]
        if key in wanted:
            change.notes.append(f"{sku} stays: demo/orders.csv has orders of it.")
        else:
            change.removed.append(sku)
            del change.rows[key]
