"""The side bar: the places there are, each with the role that sees it."""

from dataclasses import dataclass

from console.access import Operator, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the side bar leads to; `name` is a text `shell.NAME` and an icon."""

    path: str
    name: str
    may: Role = "viewer"


PLACES: tuple[Place, ...] = (
    Place("/inbox", "inbox"),
    Place("/gaps", "gaps"),
    Place("/corrections", "corrections"),
    Place("/batches", "batches", "operator"),
    Place("/dashboard", "dashboard"),
    Place("/quick-replies", "quick_replies", "operator"),
    Place("/audit", "audit", "admin"),
    Place("/accounts", "accounts", "admin"),
    Place("/erasing", "erasing", "admin"),
)


def places_for(operator: Operator | None) -> tuple[Place, ...]:
    """Those he may see."""
    return tuple(place for place in PLACES if operator and operator.may(place.may))
