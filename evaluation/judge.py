"""Whether a reply does what its turn expects."""

from decimal import Decimal, InvalidOperation
from typing import Any

from agent.reply import Call, Reply
from evaluation.cases import Expect, ExpectedCall, ExpectedPayment
from evaluation.spelling import squeezed
from knowledge.brand import Brand
from tools.catalog import resolve
from tools.context import ToolRefusedError

# Looking something up is never wrong.
ALWAYS_ALLOWED = frozenset({"search_knowledge", "list_orders"})
_DEFAULT_ARGS = {"quantity": 1}


def faults(expect: Expect, reply: Reply, brand: Brand) -> list[str]:
    """What the reply did wrong, one short sentence each; nothing if the turn is right."""
    found = [
        *(call_faults(expect.calls, reply.calls, brand) if expect.calls is not None else ()),
        *_wording_faults(expect, reply),
        *_image_faults(expect, reply),
        *(_payment_faults(expect.payment, reply) if expect.judges_payment else ()),
    ]
    cited = {citation.source for citation in reply.citations}
    if expect.sources and cited.isdisjoint(expect.sources):
        shown = ", ".join(sorted(cited)) or "nothing"
        found.append(f"cites {shown} instead of {' or '.join(expect.sources)}")
    if expect.refuses is not None and reply.refused != expect.refuses:
        found.append("refuses" if reply.refused else "does not refuse")
    if expect.handoff is not None and reply.handoff.requested != expect.handoff:
        found.append("hands over" if reply.handoff.requested else "does not hand over")
    return found


def call_faults(
    expected: tuple[ExpectedCall, ...], calls: tuple[Call, ...], brand: Brand
) -> list[str]:
    """Calls that are missing, and calls that nobody asked for. A call that failed counts too."""
    left = list(calls)
    found = []
    # Those with more arguments choose first, so that a vaguer one leaves them their match.
    for want in sorted(expected, key=lambda call: -len(call.args)):
        match = next((call for call in left if _fits(want, call, brand)), None)
        if match is None:
            found.append(f"does not call {_shown(want.tool, want.args)}")
        else:
            left.remove(match)
    extra = (call for call in left if call.tool not in ALWAYS_ALLOWED)
    return found + [f"calls {_shown(call.tool, call.args)}" for call in extra]


def _fits(want: ExpectedCall, call: Call, brand: Brand) -> bool:
    given = {**_DEFAULT_ARGS, **call.args}
    return want.tool == call.tool and all(
        name in given and _comparable(name, value, brand) == _comparable(name, given[name], brand)
        for name, value in want.args.items()
    )


def _comparable(name: str, value: Any, brand: Brand) -> object:
    """Equal for the same thing: order numbers in upper case, products by SKU, numbers by value."""
    text = squeezed(str(value))
    if name == "order_id":
        return text.upper()
    if name == "product":
        try:
            return resolve(str(value), brand.products).sku
        except ToolRefusedError:
            return text
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _shown(tool: str, args: dict[str, Any]) -> str:
    return f"{tool}({', '.join(f'{name}={value}' for name, value in args.items())})"


def _wording_faults(expect: Expect, reply: Reply) -> list[str]:
    text = squeezed(reply.text)
    found = []
    for entry in expect.says or ():
        choices = (entry,) if isinstance(entry, str) else entry
        if not any(squeezed(choice) in text for choice in choices):
            found.append(f"does not say {' or '.join(choices)}")
    return found + [f"says {said}" for said in expect.never_says or () if squeezed(said) in text]


def _image_faults(expect: Expect, reply: Reply) -> list[str]:
    shown = {image.sku.upper() for image in reply.images}
    if expect.images is None or shown == {sku.upper() for sku in expect.images}:
        return []
    wanted = ", ".join(sorted(expect.images)) or "none"
    return [f"shows pictures of {', '.join(sorted(shown)) or 'nothing'}, expected {wanted}"]


def _payment_faults(expected: ExpectedPayment | None, reply: Reply) -> list[str]:
    issued = reply.payment
    if expected is None:
        return ["issues a payment link"] if issued else []
    if issued is None:
        return ["issues no payment link"]
    found = []
    if expected.amount is not None and not _same_amount(expected.amount, issued.amount):
        found.append(f"asks for {issued.amount}, expected {expected.amount}")
    if expected.order_id is not None and squeezed(expected.order_id) != squeezed(issued.order_id):
        found.append(f"links order {issued.order_id}, expected {expected.order_id}")
    return found


def _same_amount(expected: str, issued: str) -> bool:
    try:
        return Decimal(expected.replace(",", "")) == Decimal(issued.replace(",", ""))
    except InvalidOperation:
        return squeezed(expected) == squeezed(issued)
