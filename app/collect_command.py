"""`knowledge add SOURCE --as products|qa|chats`: tables and logs with a meaning of their own."""

import os
import re
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from dotenv import dotenv_values

from app.web_command import gather_pages, print_gathered, print_listed
from app.wiring import real_time
from knowledge.brand import Brand
from knowledge.chat_review import ChatOptions, mine_log, shown
from knowledge.columns import mapping
from knowledge.errors import KnowledgeError
from knowledge.fetching import Fetcher, PublicTransport
from knowledge.material import Material, of_address, of_file, of_query
from knowledge.origins import Origin, note_licence, read_origins
from knowledge.product_feed import FeedOptions, feed_key, is_settled, take_feed
from knowledge.qa_intake import QaOptions, take_sheet
from knowledge.qa_intake import is_settled as qa_is_settled
from knowledge.upkeep import Noted, add

MOST_FEED_BYTES = 50 * 1024**2
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


async def add_source(args: Namespace, brand: Brand, source: str, index: Path) -> int:
    """Take a source in as what it is said to be; the exit status: 1 if something was refused.

    `index` is the folder of the brand's index.
    """
    match args.kind:
        case "products":
            return await _products(args, brand, source)
        case "qa":
            return await _questions(args, brand, source)
        case "chats":
            return _chats(args, brand, source)
        case _ if source.startswith(("http://", "https://")):
            return await gather_pages(args, brand, source)
        case _:
            return await _files(args, brand, source, index)


async def _files(args: Namespace, brand: Brand, source: str, index: Path) -> int:
    gathered = await add(brand, Path(source), index, Noted(args.licence, real_time()))
    print_gathered(gathered)
    return told_refusals(gathered.refused)


async def _products(args: Namespace, brand: Brand, source: str) -> int:
    options = FeedOptions(mapping(args.map), args.replace, args.licence)
    settled = {
        key: known
        for key, known in read_origins(brand.folder).items()
        if is_settled(brand, known, options)
    }
    material = await _material(args, source, settled.get(feed_key(_origin(source))))
    known = settled.get(feed_key(material.origin))
    if known and known.digest == material.digest:
        return await _unchanged(args, brand, feed_key(material.origin), material, "catalog.csv")
    offers, change = await take_feed(brand, material, options, real_time())
    taken = ", ".join(f"{name} = {column}" for name, column in offers.columns.items())
    print(f"columns: {taken}")
    if offers.unused:
        print(f"not used: {', '.join(offers.unused)} (--map NAME=COLUMN takes one)")
    for mark, skus in (("+", change.added), ("~", change.changed), ("-", change.removed)):
        print_listed(mark, skus)
    if change.uncounted:
        print(f"{change.uncounted} only say that there is some: their stock is set to 1")
    for note in change.notes:
        print(note)
    print(
        f"catalog.csv: {len(change.added)} new, {len(change.changed)} changed, "
        f"{len(change.same)} unchanged, {len(change.removed)} removed, "
        f"{len(change.refused)} rows not used"
    )
    return told_refusals([f"{material.name}, {why}." for why in change.refused])


async def _questions(args: Namespace, brand: Brand, source: str) -> int:
    options, now = QaOptions(mapping(args.map), args.licence), real_time()
    today = now.astimezone(brand.timezone).date()
    settled = {
        known.origin: (name, known)
        for name, known in read_origins(brand.folder).items()
        if qa_is_settled(brand, name, known, options, today)
    }
    _, before = settled.get(_origin(source), ("", None))
    material = await _material(args, source, before)
    name, known = settled.get(material.origin, ("", None))
    if known and known.digest == material.digest:
        return await _unchanged(args, brand, name, material, name)
    taken = await take_sheet(brand, material, options, now)
    print(f"columns: {', '.join(f'{name} = {one}' for name, one in taken.sheet.columns.items())}")
    print(
        f"{'~' if taken.changed else '='} {taken.name}: {len(taken.sheet.pairs)} questions, "
        f"{taken.sheet.doubled} said twice, {len(taken.sheet.refused)} rows not used"
    )
    return told_refusals([f"{material.name}, {why}." for why in taken.sheet.refused])


async def _unchanged(args: Namespace, brand: Brand, key: str, material: Material, made: str) -> int:
    """Nothing to do but to note the licence, if one is given."""
    noted = await note_licence(brand.folder, key, args.licence)
    print(f"= {made}: {material.name} is unchanged{'; its licence is noted' if noted else ''}")
    return 0


def _chats(args: Namespace, brand: Brand, source: str) -> int:
    """Chats become knowledge only by way of a person, so there is nothing to build afterwards."""
    options = ChatOptions(mapping(args.map), tuple(args.staff), args.licence)
    reviewed = mine_log(brand, Path(source), options, real_time())
    path = brand.folder / reviewed.name
    if reviewed.unchanged:
        print(f"= {path}: {Path(source).name} is unchanged")
        return told_refusals(reviewed.refused)
    print(
        f"{path}: {reviewed.questions} questions from {reviewed.exchanges} answers in "
        f"{reviewed.conversations} conversations; left out: {shown(reviewed.dropped)}"
    )
    print(
        'Set "accept" to true or false in each line, then: digital-human knowledge accept '
        f"{path} --brand {brand.folder}"
    )
    return told_refusals(reviewed.refused)


def told_refusals(sentences: Sequence[str]) -> int:
    """Say what was refused, on standard error; the exit status."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return int(bool(sentences))


def _origin(source: str) -> str:
    return urlsplit(source)._replace(query="", fragment="").geturl()


async def _material(args: Namespace, source: str, known: Origin | None) -> Material:
    if args.query:
        return await of_query(_database(source), args.query)
    if source.startswith(("http://", "https://")):
        async with _fetcher(args, source) as fetcher:
            return await of_address(fetcher, source, known)
    if re.match(r"[a-z+]+://", source):
        raise KnowledgeError('A database needs a query: --query "SELECT …".')
    return of_file(Path(source))


def _database(source: str) -> str:
    """An address with a password in it does not belong on a command line."""
    if source.startswith("sqlite:///"):
        return source
    name = source.removeprefix("env:")
    if not _VARIABLE.fullmatch(name):
        raise KnowledgeError(
            "--query asks sqlite:///FILE, or the database whose address stands in an environment "
            "variable: give the variable's name, such as SHOP_DATABASE_URL."
        )
    address = os.environ.get(name) or dotenv_values(".env").get(name)  # noqa: TID251 - named by the operator
    if not address:
        raise KnowledgeError(f"The environment variable {name} is not set, nor is it in .env.")
    return address


@asynccontextmanager
async def _fetcher(args: Namespace, url: str) -> AsyncIterator[Fetcher]:
    hosts = frozenset({urlsplit(url).hostname or "", *args.allow})
    async with httpx.AsyncClient(transport=PublicTransport(), trust_env=False) as http:
        yield Fetcher(http, hosts, most_bytes=MOST_FEED_BYTES)
