"""`knowledge search|calibrate`: what a question finds and why, and when one is foreign."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date

from app.building import knowledge_builder
from app.progress import shown_progress
from app.settings import Settings
from knowledge.brand import Brand
from knowledge.calibrating import (
    MOST_READ,
    learnt,
    own_questions,
    plainly_refused,
)
from knowledge.embed import open_embedder
from knowledge.filters import Only
from knowledge.foreignness import Signs
from knowledge.fusing import WORD_WEIGHT
from knowledge.notices import standings
from knowledge.passages import Found, Hit
from knowledge.questions import foreign_questions
from knowledge.search import BrandKnowledge

_KINDS = ("text", "table_row", "question_answer", "product")


def search_options(made: ArgumentParser) -> None:
    """What `knowledge search` takes."""
    made.add_argument("--limit", type=int, default=5, metavar="N")
    made.add_argument("--explain", action="store_true", help="search: say where scores come from")
    made.add_argument(
        "--kind", action="append", default=[], choices=_KINDS, help="search: only such passages"
    )
    made.add_argument("--language", choices=["zh", "en"], help="search: only such passages")
    made.add_argument(
        "--on", type=date.fromisoformat, metavar="DAY", help="search: only what holds on that day"
    )


async def look(args: Namespace, brand: Brand, settings: Settings) -> None:
    """Search, or learn when a question is foreign."""
    if args.action == "calibrate":
        await _calibrate(brand, settings)
    elif args.subject:
        await _search(args, args.subject, brand, settings)
    else:
        raise ValueError("`knowledge search` needs a question.")


async def _search(args: Namespace, query: str, brand: Brand, settings: Settings) -> None:
    knowledge = await _opened(brand, settings)
    try:
        only = await _only(args, knowledge)
        found = await knowledge.search(query, args.limit, only)
    finally:
        await knowledge.close()
    for hit in found.hits:
        print(_told(hit, explained=args.explain))
    if args.explain:
        print(_reasons(found, only))
    print(f"version {found.version}, {len(found.hits)} passages")


async def _calibrate(brand: Brand, settings: Settings) -> None:
    knowledge = await _opened(brand, settings)
    try:
        own = own_questions(brand, await knowledge.passages(most=MOST_READ))
        foreign = foreign_questions()
        known: list[Signs] = []
        other: list[Signs] = []
        with shown_progress() as progress:
            total = len(own) + len(foreign)
            for question in own:
                known.append(await knowledge.signs(question.text, question.without))
                progress(len(known), total, "asking")
            for text in foreign:
                other.append(await knowledge.signs(text))
                progress(len(known) + len(other), total, "asking")
        embedder = open_embedder(settings.embeddings, settings.ollama_url)
        calibration = learnt(known, other, embedder.name)
        await knowledge.recalibrated(calibration)
    finally:
        await knowledge.close()
    made_up = sum(question.without is not None for question in own)
    print(
        f"own questions {len(own)} ({made_up} of them made of headings), foreign {len(foreign)}\n"
        f"at {calibration.kept:.0%} of own questions kept, foreign ones refused (of those held "
        f"back): {calibration.refused:.1%}; by similarity alone: "
        f"{plainly_refused(known, other, calibration.kept):.1%}"
    )


async def _opened(brand: Brand, settings: Settings) -> BrandKnowledge:
    embedder = open_embedder(settings.embeddings, settings.ollama_url)
    with shown_progress() as progress:
        builder = knowledge_builder(brand, settings, embedder, progress)
        return await BrandKnowledge.open_with(builder)


async def _only(args: Namespace, knowledge: BrandKnowledge) -> Only:
    without: frozenset[str] = frozenset()
    if args.on:
        notices = (await knowledge.gleaned()).notices
        without = frozenset(standings(notices, args.on))
    return Only(frozenset(args.kind), args.language, without)


def _told(hit: Hit, *, explained: bool) -> str:
    words, vectors = hit.word_rank or "-", hit.vector_rank or "-"
    ranks = f"words {words}, vectors {vectors}, cosine {hit.similarity:.3f}"
    parts = f"= words {hit.by_words:.4f} + meaning {hit.by_meaning:.4f}; " if explained else " "
    where = f"{hit.passage.source}  {' > '.join(hit.passage.heading)}"
    kind = f"  [{hit.passage.kind}]" if explained else ""
    return f"{hit.score:.4f} {parts}{ranks}  {where}{kind}\n    {hit.passage.text}"


def _reasons(found: Found, only: Only) -> str:
    foreign = "not known for this embedder"
    if found.foreignness is not None:
        verdict = "foreign" if found.foreignness > 0 else "this brand's"
        foreign = f"{found.foreignness:+.2f} ({verdict})"
    return "\n".join(
        (
            f"A score is at most {WORD_WEIGHT} for the words (BM25 next to the best passage's;",
            "less where even that one has under half of the question's words) and at most",
            f"{1 - WORD_WEIGHT} for the meaning (cosine between the lowest and highest found).",
            f"filters: {_filters(only)}",
            f"coverage of the question's words: {found.coverage:.0%}; foreignness: {foreign}",
        )
    )


def _filters(only: Only) -> str:
    parts: Sequence[str] = (
        *(f"kind {kind}" for kind in sorted(only.kinds)),
        *((f"language {only.language}",) if only.language else ()),
        *(f"not {source}, which does not hold then" for source in sorted(only.without)),
    )
    return ", ".join(parts) or "none"
