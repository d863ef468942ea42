"""The tools about finding an answer: the brand's knowledge, and a person."""

from datetime import datetime, time

from langchain.tools import tool

from knowledge.brand import Brand, WorkingHours
from knowledge.passages import Found, Hit
from tools.artifacts import Evidence, EvidenceHit, HandOff
from tools.context import Turn
from tools.defuse import defused

MAX_HITS = 6
MAX_REASON = 200


@tool(parse_docstring=True, response_format="content_and_artifact")
async def search_knowledge(query: str, runtime: Turn) -> tuple[str, Evidence]:
    """Look something up in the shop's own knowledge: products, usage, delivery, returns, rules.

    Use it for every question about facts that is not about one of the customer's orders.

    Args:
        query: The question as a sentence that can be understood alone, such as 蓝色雨伞防风吗.
    """
    found = await runtime.context.knowledge.search(query, limit=MAX_HITS)
    evidence = evidence_of(found)
    lines = [
        f"[{number}] {' › '.join((hit.source, *hit.heading))}\n{hit.text}"
        for number, hit in enumerate(evidence.hits, start=1)
    ]
    nothing = {"zh": "没有找到相关资料。", "en": "Nothing was found."}[runtime.context.language]
    return "\n\n".join(lines) or nothing, evidence


def evidence_of(found: Found) -> Evidence:
    """What was found, as data: its text can be quoted but gives no orders."""
    hits = tuple(evidence_hit(hit) for hit in found.hits[:MAX_HITS])
    return Evidence(
        query=found.query,
        version=found.version,
        hits=hits,
        nearness=found.nearness,
        closeness=found.closeness,
    )


def evidence_hit(hit: Hit) -> EvidenceHit:
    """One passage found, as data."""
    passage = hit.passage
    return EvidenceHit(
        id=passage.id,
        source=passage.cited,
        heading=tuple(defused(heading, 200) for heading in passage.heading),
        text=defused(passage.text),
        passage_kind=passage.kind,
        sku=passage.sku,
        score=hit.score,
        similarity=hit.similarity,
        word_rank=hit.word_rank,
        vector_rank=hit.vector_rank,
        relevance=hit.relevance,
    )


@tool(parse_docstring=True, response_format="content_and_artifact")
async def hand_off_to_human(reason: str, runtime: Turn) -> tuple[str, HandOff]:
    """Call a person to take over this conversation.

    Use it when the customer asks for a person, complains, or needs what no other tool can do.

    Args:
        reason: Why a person is needed, in a few words, such as 顾客要求赔偿.
    """
    context = runtime.context
    hours = hours_text(context.brand)
    staffed = is_staffed(context.brand, context.now)
    text = {
        "zh": "已通知人工客服" + ("。" if staffed else f"，现在不在服务时间（{hours}）。"),
        "en": "A colleague was called" + ("." if staffed else f", but hours are {hours}."),
    }
    reason = defused(reason, MAX_REASON)
    return text[context.language], HandOff(reason=reason, staffed=staffed, hours=hours)


def is_staffed(brand: Brand, now: datetime) -> bool:
    """Whether people are there now; a brand that names no hours is always staffed."""
    if brand.hours is None:
        return True
    here = now.astimezone(brand.timezone).time()
    opens, closes = brand.hours.opens, brand.hours.closes
    if opens < closes:
        return opens <= here < closes
    return here >= opens or here < closes


def hours_text(brand: Brand) -> str:
    """`09:00-21:00`; empty for a brand that names no hours."""
    match brand.hours:
        case None:
            return ""
        case WorkingHours(opens, closes):
            end = "24:00" if closes == time.max else f"{closes:%H:%M}"
            return f"{opens:%H:%M}-{end}"
