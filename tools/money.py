"""Money as text: integer cents in and out, and as a customer reads it."""

from typing import Final

from knowledge.brand import Language
from knowledge.cells import cents as cents

# In Chinese a bare $ could be any dollar.
_SIGNS: Final[dict[Language, dict[str, str]]] = {
    "zh": {"USD": "US$", "EUR": "€", "GBP": "£", "HKD": "HK$"},
    "en": {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$"},
}


def decimal_text(amount_cents: int) -> str:
    """`16800` as `168.00`; the inverse of `cents`."""
    if amount_cents < 0:
        raise ValueError(f"no negative amounts: {amount_cents}")
    return f"{amount_cents // 100}.{amount_cents % 100:02d}"


def display(amount_cents: int, currency: str, language: Language) -> str:
    """`168元` or `$168.00`; `168.00 SGD` where the currency has no sign that everybody knows."""
    if (language, currency) == ("zh", "CNY"):
        return f"{decimal_text(amount_cents).removesuffix('.00')}元"
    sign = _SIGNS[language].get(currency)
    text = decimal_text(amount_cents)
    return f"{sign}{text}" if sign else f"{text} {currency}"
