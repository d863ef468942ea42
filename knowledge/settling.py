"""Between a file's text and its passages: what is personal goes, or the file is refused."""

from collections import Counter
from collections.abc import Mapping

from knowledge.brand import Brand
from knowledge.collect import Collected
from knowledge.personal import PersonalKind, without_personal

_NAMES: Mapping[PersonalKind, str] = {
    "phone": "phone number",
    "id_card": "identity card number",
    "bank_card": "bank card number",
    "email": "e-mail address",
    "address": "home address",
}


def settled(collected: Collected, brand: Brand) -> tuple[Collected, Counter[PersonalKind]]:
    """The texts as the brand's setting `[knowledge] personal` wants them; how much was hidden."""
    counts: Counter[PersonalKind] = Counter()
    if brand.personal == "keep":
        return collected, counts
    texts, unreadable = {}, dict(collected.unreadable)
    for source, text in collected.texts.items():
        hidden, found = without_personal(text, own_contacts(brand))
        counts += found
        if found and brand.personal == "refuse":
            unreadable[source] = (
                f"{source} holds personal data ({_told(found)}); take it out, or set "
                '[knowledge] personal = "mask" in brand.toml.'
            )
        else:
            texts[source] = hidden
    return Collected(texts, unreadable), counts


def own_contacts(brand: Brand) -> tuple[str, ...]:
    """What is the shop's own by itself: its mail domains, and the contacts it names as its own."""
    return (f"@{brand.id}.", f".{brand.id}.", *brand.own_contacts)


def _told(found: Mapping[PersonalKind, int]) -> str:
    return ", ".join(_counted(found[kind], name) for kind, name in _NAMES.items() if kind in found)


def _counted(count: int, name: str) -> str:
    plural = f"{name}es" if name.endswith("s") else f"{name}s"
    return f"{count} {name if count == 1 else plural}"
