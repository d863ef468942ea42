"""Reading catalog.csv and demo/orders.csv: strictly, with the line in every complaint."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from knowledge.brand import BrandError, Order, Product
from knowledge.cells import (
    ORDER_COLUMNS,
    CellError,
    cents,
    currency_code,
    filled,
    order_of,
    parts,
)
from knowledge.folding import fold

CATALOG_COLUMNS = (
    "sku",
    "name",
    "aliases",
    "category",
    "price",
    "currency",
    "stock",
    "url",
    "images",
    "summary",
)
_SKU = re.compile(r"[^\s|,]{1,64}")
_STOCK = re.compile(r"[0-9]{1,9}")
_LINK = re.compile(r"https?://[^\s/]+\S*")


def read_text(folder: Path, name: str) -> str:
    """The file's text; UTF-8, with or without a byte order mark."""
    try:
        return (folder / name).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = bytes(error.object[: error.start]).count(b"\n") + 1
        raise BrandError(
            f"{name}, line {line}: expected UTF-8 text (save it as UTF-8), "
            f"found byte 0x{error.object[error.start]:02x}"
        ) from None
    except OSError:
        raise BrandError(f"{name}: expected a readable file, found none") from None


def rows_of(text: str, name: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row's first line number and its cells by column."""
    records = _records(text, name)
    _, header = next(records, (1, []))
    _check_header(header, name, columns)
    for line, cells in records:
        if len(cells) != len(header):
            raise BrandError(
                f"{name}, line {line}: expected {len(header)} cells, found {len(cells)}"
            )
        yield line, dict(zip(header, cells, strict=True))


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise BrandError(f"{name}, line {line}: expected proper CSV, found: {error}") from None


def _check_header(header: list[str], name: str, columns: tuple[str, ...]) -> None:
    if sorted(header) != sorted(columns):
        raise BrandError(
            f"{name}, line 1: expected the columns {','.join(columns)}, "
            f"found {','.join(header) or 'nothing'}"
        )


def read_catalog(folder: Path) -> tuple[Product, ...]:
    """The products of catalog.csv, in its order.

    Raises:
        BrandError: a cell, the header, a picture or a name is wrong; names the line.
    """
    return catalog_of(read_text(folder, "catalog.csv"), folder)


def catalog_of(text: str, folder: Path) -> tuple[Product, ...]:
    """As `read_catalog`, of a text that is not (yet) the file; pictures are those of the folder."""
    name = "catalog.csv"
    products: dict[str, Product] = {}
    lines: dict[str, int] = {}
    for line, row in rows_of(text, name, CATALOG_COLUMNS):
        try:
            product = product_of(row, folder)
        except CellError as error:
            raise BrandError(f"{name}, line {line}, {error.column}: {error}") from None
        _refuse_twin(f"{name}, line {line}, sku", fold(product.sku), product.sku, lines)
        _refuse_twin(f"{name}, line {line}, name", fold(product.name), product.name, lines)
        lines[fold(product.sku)] = lines[fold(product.name)] = line
        products[product.sku] = product
    _check_aliases(tuple(products.values()), lines)
    return tuple(products.values())


def _refuse_twin(where: str, key: str, shown: str, lines: dict[str, int]) -> None:
    if key in lines:
        raise BrandError(
            f"{where}: expected something no other row has, found {shown!r} "
            f"again (first on line {lines[key]})"
        )


def _check_aliases(products: tuple[Product, ...], lines: dict[str, int]) -> None:
    """Two products may share an alias (the customer is asked); an alias may not be a name."""
    for product in products:
        own = lines[fold(product.sku)]
        for alias in product.aliases:
            other = lines.get(fold(alias), own)
            if other != own:
                raise BrandError(
                    f"catalog.csv, line {own}, aliases: expected none that is another product's "
                    f"name, found {alias!r} (line {other})"
                )


def product_of(row: Mapping[str, str], folder: Path) -> Product:
    """A product from its cells, each named as in `CATALOG_COLUMNS`.

    Raises:
        CellError: a cell does not hold what it should; names the column.
    """
    if not _SKU.fullmatch(row["sku"]):
        raise CellError("sku", "a stock-keeping unit without spaces or |", row["sku"])
    if not _STOCK.fullmatch(row["stock"]):
        raise CellError("stock", "a whole number", row["stock"])
    if row["url"] and not _LINK.fullmatch(row["url"]):
        raise CellError("url", "an http(s) address or nothing", row["url"])
    aliases = parts(row["aliases"], "aliases")
    if not all(fold(alias) for alias in aliases):
        raise CellError("aliases", "visible entries separated by |", row["aliases"])
    images = parts(row["images"], "images")
    for image in images:
        _check_image(image, folder)
    return Product(
        sku=row["sku"],
        name=filled(row, "name"),
        aliases=aliases,
        category=row["category"],
        price_cents=cents(row["price"], "price"),
        currency=currency_code(row["currency"]),
        stock=int(row["stock"]),
        url=row["url"],
        images=images,
        summary=row["summary"],
    )


def _check_image(image: str, folder: Path) -> None:
    path = PurePosixPath(image)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in image
    # A symbolic link could still lead out, hence the look at where the file really is.
    if not inside or not (folder / path).resolve().is_relative_to(folder.resolve()):
        raise CellError("images", "a file inside the brand folder", image)
    if not (folder / path).is_file():
        raise CellError("images", "a file that exists", image)


def read_demo_orders(folder: Path, products: tuple[Product, ...]) -> tuple[Order, ...]:
    """The orders of demo/orders.csv; none if there is no such file.

    Raises:
        BrandError: a cell or the header is wrong, or an item is not in the catalogue.
    """
    name = "demo/orders.csv"
    if not (folder / name).exists():
        return ()
    skus = {product.sku for product in products}
    orders: list[Order] = []
    lines: dict[str, int] = {}
    for line, row in rows_of(read_text(folder, name), name, ORDER_COLUMNS):
        try:
            order = _demo_order(row, skus)
        except CellError as error:
            raise BrandError(f"{name}, line {line}, {error.column}: {error}") from None
        _refuse_twin(f"{name}, line {line}, order_id", order.order_id, order.order_id, lines)
        lines[order.order_id] = line
        orders.append(order)
    return tuple(orders)


def _demo_order(row: dict[str, str], skus: set[str]) -> Order:
    if not row["phone_tail"]:
        raise CellError("phone_tail", "the phone's last four digits", "")
    order = order_of(row)
    for item in order.lines:
        if item.sku not in skus:
            raise CellError("items", "stock-keeping units of catalog.csv", item.sku)
    return order
