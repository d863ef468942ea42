"""How far a message leans on the questions before it: "钱多久退我", "what about Saturday"."""

import re
from collections.abc import Sequence

from agent.clauses import asks, questions
from agent.decide import Plan, Proposal
from agent.grams import bigrams
from agent.product_facts import asked_of, only_asks
from agent.terms import matters
from knowledge.brand import Brand
from tools.catalog import CatalogIndex

# So much less, in log-odds of relevance, counts what a message finds by itself than what it finds
# behind the questions before.
LEANS_WHOLLY, LEANS, MAY_LEAN = 2.0, 1.0, 0.0
_HAN = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[a-z][a-z'-]+")
# Who says more says all of it.
_MOST_HAN, _MOST_WORDS = 12, 8
# "我是本地毕业的也要交吗" leaves out what is to be paid, however long.
_ALSO = re.compile(r"也(?:要|得|能|可以|算|用|收|需要|包括|行)[^,，。?？]{0,4}[吗嘛么不没]?\W*$")
_MOST_HAN_ALSO = 20
_FEW = 2
_LONGEST_BEFORE = 80
_INTERROGATIVE = re.compile(
    r"多长时间|什么时[候间]|多[久少长大高]|怎么样?|什么|为啥|[咋啥]|几[点天次个号]?"
)
_MARK = re.compile(
    r"^(?:那|还有|然后|要是|如果|万一|换成)|[呢咧]\W*$|[它她他]|[这那](?:个|种|款|样|边|里|天|能|可|会|要|是|也|还)"
    r"|^(?:and|but|or|what about|how about|what if|so|then|even)\b"
    r"|\b(?:as well|too|instead|then|on top|though|also|either)\W*$"
    r"|\b(?:it|that|they|them|those|these|there|ones?)\b",
    re.IGNORECASE,
)


def discount(text: str, everyday: frozenset[str]) -> float | None:
    """How much less what the message finds by itself counts than what it finds behind others.

    None where it stands alone. A short message leans wholly if it asks or points back and names
    nothing, leans if it points back and names little, and may lean if it names just one thing.
    `everyday` are words that name no particular matter.
    """
    if _is_long(text):
        return None
    named = len(_named(text, everyday))
    points_back = bool(_MARK.search(text.strip()) or _ALSO.search(text))
    if not named and not points_back and not asks(text):
        return None
    if not named:
        return LEANS_WHOLLY
    if points_back and named <= _FEW:
        return LEANS
    return MAY_LEAN if points_back or named == 1 else None


def leaning_search(text: str, thread: tuple[str, ...], everyday: frozenset[str]) -> Proposal | None:
    """The search for a message that leans on what was asked before; none where it stands alone."""
    less = discount(text, everyday) if thread else None
    if less is None or questions(text):
        return None
    args = {"query": text, "behind": behind(thread, text), "less": less}
    return Proposal("search_knowledge", args)


def fact_search(
    text: str, thread: tuple[str, ...], brand: Brand, catalog: CatalogIndex
) -> Proposal | None:
    """The search for what the catalogue tells of the product just asked about: "它多少钱"."""
    if not thread or not asked_of(text) or not only_asks(text) or catalog.mentions(text):
        return None
    named = catalog.mentions(thread[-1])
    product = brand.product(named[-1].sku) if named else None
    return Proposal("search_knowledge", {"query": f"{product.name} {text}"}) if product else None


def behind(thread: Sequence[str], text: str) -> str:
    """The message behind the first and the last question of its thread."""
    before = dict.fromkeys((*thread[:1], *thread[-1:]))
    return " ".join((*(one[:_LONGEST_BEFORE] for one in before if one != text), text))


def thread_after(thread: tuple[str, ...], plan: Plan) -> tuple[str, ...]:
    """The questions about the matter at hand, with those that a plan puts to the knowledge."""
    for call in plan.calls:
        less = call.args.get("less")
        if call.tool == "search_knowledge" and (less is not None or not plan.otherwise):
            thread = continued(thread, str(call.args["query"]), less)
    return thread


def continued(thread: tuple[str, ...], text: str, less: float | None) -> tuple[str, ...]:
    """The thread with this message: a new one where it stands alone."""
    if less is None:
        return (text,)
    return (*(thread[-1:] if less == MAY_LEAN else thread), text)


def keeps(other: str, text: str, everyday: frozenset[str]) -> bool:
    """Whether another wording has anything of what a message names.

    One of several questions together may be left with the first, which was answered before.
    """
    return bool(bigrams(" ".join(_named(text, everyday))) & bigrams(other))


def _is_long(text: str) -> bool:
    han = len(_HAN.findall(text))
    most = _MOST_HAN_ALSO if _ALSO.search(text) else _MOST_HAN
    return han > most if han else len(text.split()) > _MOST_WORDS


def _named(text: str, everyday: frozenset[str]) -> set[str]:
    """What a message names or says is done, without everyday words."""
    if not _HAN.search(text):
        words = _LATIN.findall(text.lower())
        return {word for word in words if not {word, word.removesuffix("'s")} & everyday}
    told = _INTERROGATIVE.sub("，", text)
    return {word for word in matters(told) if word not in everyday}
