"""Whether the customer himself has said yes to the purchase that waits in his conversation."""

from collections.abc import Iterable

from agent.consent import consent
from agent.log import Event
from agent.memory import PendingPurchase, remember


def agreed_to(events: Iterable[Event]) -> PendingPurchase | None:
    """What he agreed to: his last words are a yes, said after he was shown the summary.

    Whoever answers him, the bot or a person, nothing is bought on any other ground.
    """
    events = tuple(events)
    pending = remember(events).pending
    if pending is None:
        return None
    shown, yes = "", False
    for event in events:
        token = _summary(event)
        if token and token != shown:
            shown, yes = token, False
        elif event.kind in {"message", "heard"}:
            yes = consent(str(event.body["text"])) == "yes"
    return pending if yes and shown == pending.token else None


def _summary(event: Event) -> str:
    pending = event.body.get("pending") if event.kind in {"focus", "operator"} else None
    return str(pending["token"]) if pending else ""
