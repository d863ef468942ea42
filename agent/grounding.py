"""Grounding: which of the calls that the model proposes the customer's words can bear."""

from agent.clauses import asks, questions
from agent.cues import (
    asks_for_own_order,
    asks_how_it_stands,
    asks_if_paid,
    asks_what_costs,
    called_for,
    left_over,
    means_order_in_focus,
    only_asks_about,
    pays_now,
    pays_order,
    plainly_buys,
    speaks_of_order,
    speaks_of_past_purchase,
    wants_list,
)
from agent.decide import Proposal
from agent.follow_up import points_back
from agent.memory import Memory
from agent.paying import asks_how_one_may_pay
from agent.people import names_somebody, wants_person
from agent.seeing import asks_for_looks, asks_to_see, wants_to_see_first
from agent.standing import (
    asks_only_rules,
    asks_progress,
    asks_rules,
    speaks_of_an_order,
)
from agent.terms import nouns
from agent.words import Words, about

MAX_SEARCHES = 2
# What is longer asks something of its own, though its subject is a pronoun.
_LONG = 15
_BUY_NEW = Proposal("create_payment_link", {"for": "new"})
_PAY = Proposal("create_payment_link", {"for": "order"})
_SEARCH = Proposal("search_knowledge", {})
_PERSON = Proposal("hand_off_to_human", {"reason": "asked"})
_LOOK_UP = Proposal("lookup_order", {})
_LIST = Proposal("list_orders", {})
_SHOW = Proposal("show_product_images", {})
_INSTEAD_OF_BUYING = {"search_knowledge", "show_product_images"}

_OF_ORDERS = {"lookup_order", "list_orders"}
_ABOUT_ORDERS = {"lookup_order", "verify_order", "create_payment_link", "hand_off_to_human"}


def grounded(proposals: tuple[Proposal, ...], words: Words, memory: Memory) -> tuple[Proposal, ...]:
    """The proposals that the customer's words can bear, and the look-up that they call for.

    A lone call may rest on the conversation. One among several needs a word of its own, and a
    search needs a clause that no other call sees to. An order that is named, or pointed at while
    it is being talked about, is looked up in any case.
    """
    kept = [_seen_first(call, words) for call in proposals]
    bare = _without_names(words)
    rules = _asks_for_rules(words, memory)
    if rules and kept:
        kept = [call for call in kept if call.tool not in _OF_ORDERS] or [_SEARCH]
    if len(kept) == 1 and _rests_on_nothing(kept[0], words, memory):
        kept = [_SEARCH]
    if _SEARCH in kept and _LIST in kept and not _speaks_of_own_orders(words):
        kept = [call for call in kept if call != _LIST]
    if len(kept) > 1:
        seeing = asks_to_see(bare)
        kept = [call for call in kept if seeing or call != _SHOW] or [_SEARCH]
        kept = [call for call in kept if not _pays_nothing(call, words, memory)] or [_SEARCH]
        borne = [call for call in kept if called_for(call.tool, words.text)]
        kept = borne or ([_SEARCH] if asks(words.text) and not words.order_numbers else kept[:1])
    if kept == [_SEARCH] and wants_list(words.text):
        kept = [_LIST]
    if all(map(_is_search, kept)) and asks_how_it_stands(words.text) and not rules:
        kept = [_LOOK_UP]
    if words.products and asks_for_looks(bare) and all(_is_search(call) for call in kept):
        kept = [_SHOW, *kept]
    kept = _with_purchase(kept, words, memory)
    kept = _with_person(_with_payment(kept, words), words)
    return _with_rest(_with_order(kept, words, memory), words)


def _seen_first(call: Proposal, words: Words) -> Proposal:
    """The call, or the pictures where a purchase is to wait until the thing was seen.

    给我拍一双 orders a pair, though 拍 is said of photographs as well.
    """
    if call == _SHOW and plainly_buys(words.text):
        return _BUY_NEW
    buys = call.tool == "create_payment_link"
    return _SHOW if buys and wants_to_see_first(words.text) else call


def _without_names(words: Words) -> str:
    """The text without the products' names: of 照片冲印 no photograph is wanted."""
    text = words.text
    for name in words.product_names:
        text = text.replace(name, " ")
    return text


def _speaks_of_own_orders(words: Words) -> bool:
    """Whether a message means orders, and not until when, or how, something may be ordered."""
    told = any(
        tells(words.text) for tells in (speaks_of_an_order, wants_list, speaks_of_past_purchase)
    )
    return told or bool(words.order_numbers) or not asks(words.text)


def _asks_for_rules(words: Words, memory: Memory) -> bool:
    """Whether what holds in general is asked, though by somebody who has ordered something."""
    order = words.order_numbers or memory.orders_in_focus or speaks_of_an_order(words.text)
    return not order and asks_only_rules(words.text)


def _rests_on_nothing(call: Proposal, words: Words, memory: Memory) -> bool:
    """Whether an order would be looked up, or a picture shown, for a question about neither."""
    if call.tool == "show_product_images":
        return not asks_to_see(_without_names(words))
    about_orders = call.tool in {"lookup_order", "list_orders", "verify_order"}
    numbers = words.order_numbers or words.phone_tail
    if about_orders and not numbers and asks_what_costs(words.text):
        return True
    if call.tool == "create_payment_link":
        return _pays_nothing(call, words, memory)
    named = words.products or numbers or memory.orders_in_focus
    return about_orders and not named and asks(words.text) and not speaks_of_order(words.text)


def _pays_nothing(call: Proposal, words: Words, memory: Memory) -> bool:
    """Whether something would be paid for a message that asks, or tells, of something else."""
    if call.tool != "create_payment_link" or words.order_numbers or words.phone_tail:
        return False
    other = asks(words.text) or speaks_of_past_purchase(words.text)
    return _asks_about_paying(words, memory) or (other and not called_for(call.tool, words.text))


def _asks_about_paying(words: Words, memory: Memory) -> bool:
    """Whether how one may pay is asked, or something of paying, with nothing that could be paid."""
    if asks_how_one_may_pay(words.text):
        return True
    open_matter = words.products or memory.orders_in_focus or memory.products_in_focus
    return (
        not open_matter
        and only_asks_about("create_payment_link", words.text)
        and not (pays_now(words.text) or pays_order(words.text))
    )


def _with_purchase(kept: list[Proposal], words: Words, memory: Memory) -> list[Proposal]:
    # "要30个" says nothing of what: it is what was talked of.
    more = bool(memory.products_in_focus) and not words.order_numbers and not nouns(words.text)
    if (words.products or more) and plainly_buys(words.text):
        kept = [call for call in kept if call.tool not in _INSTEAD_OF_BUYING]
        return kept if _has(kept, "create_payment_link") else [*kept, _BUY_NEW]
    if not words.products and asks(words.text) and not pays_order(words.text):
        # A question about buying, not a purchase: nothing is named that could be bought.
        return [_SEARCH if call == _BUY_NEW else call for call in kept]
    if len(kept) > 1 and speaks_of_past_purchase(words.text):
        return [call for call in kept if call != _BUY_NEW]
    return kept


def _with_payment(kept: list[Proposal], words: Words) -> list[Proposal]:
    if pays_now(words.text) and (words.order_numbers or _has(kept, "create_payment_link")):
        if not asks_progress(words.text):
            # What a link is for is told with it.
            kept = [call for call in kept if call.tool not in {"lookup_order", "verify_order"}]
        return kept if _has(kept, "create_payment_link") else [_PAY, *kept]
    if asks_if_paid(words.text) and _has(kept, "lookup_order"):
        return [call for call in kept if call.tool != "create_payment_link"]
    if _has(kept, "search_knowledge") and only_asks_about("create_payment_link", words.text):
        return [call for call in kept if call.tool != "create_payment_link"]
    return kept


def _with_person(kept: list[Proposal], words: Words) -> list[Proposal]:
    if not wants_person(words.text):
        lone = asks(words.text) and not names_somebody(words.text)
        return [_SEARCH if lone and _calls_person(call) else call for call in kept]
    kept = [call for call in kept if call.tool != "search_knowledge"]
    return kept if _has(kept, "hand_off_to_human") else [*kept, _PERSON]


def _with_order(kept: list[Proposal], words: Words, memory: Memory) -> list[Proposal]:
    pointed = bool(memory.orders_in_focus) and means_order_in_focus(words.text)
    seen_to = any(call.tool in _ABOUT_ORDERS for call in kept)
    named = words.order_numbers or (words.products and asks_for_own_order(words.text))
    return [_LOOK_UP, *kept] if (named or pointed) and not seen_to else kept


def _with_rest(kept: list[Proposal], words: Words) -> tuple[Proposal, ...]:
    """What other calls leave over is the question, unless the model worded one itself."""
    searches = [call for call in kept if call.tool == "search_knowledge"]
    others = [call for call in kept if call.tool != "search_knowledge"]
    if kept == others and [call.tool for call in kept] == ["lookup_order"]:
        beside = _asked_beside(words)
        return (*kept, Proposal("search_knowledge", {"query": beside})) if beside else tuple(kept)
    if not searches or not others:
        return (*others, *searches[:MAX_SEARCHES])
    rest = about(left_over(words.text, tuple({call.tool for call in others})), words)
    if not rest:
        return tuple(others)
    worded = [call for call in searches if call.args.get("query")]
    return (*others, *(worded[:MAX_SEARCHES] or [Proposal("search_knowledge", {"query": rest})]))


def _asked_beside(words: Words) -> str:
    """What a message asks of a product or of rules beside how an order stands; often nothing."""
    parts = questions(words.text)
    others = [part for part in parts if not asks_progress(part) and not speaks_of_order(part)]
    if len(others) == len(parts):
        return ""
    for part in others:
        before = [name for name in words.product_names if name not in part]
        other = len(before) < len(words.product_names) or (asks_rules(part) and nouns(part))
        if other or (points_back(part) and len(part) > _LONG):
            return " ".join((*before[:1], part)) if points_back(part) else part
    return ""


def _has(calls: list[Proposal], tool: str) -> bool:
    return any(call.tool == tool for call in calls)


def _is_search(call: Proposal) -> bool:
    return call.tool == "search_knowledge"


def _calls_person(call: Proposal) -> bool:
    """Whether the call says that the customer asked for a person, and gives no other reason."""
    return call.tool == "hand_off_to_human" and call.args.get("reason", "asked") == "asked"
