"""Loading a brand: its whole folder, or one error that says where the mistake is."""

from pathlib import Path
from zoneinfo import ZoneInfo

from knowledge.brand import Brand, BrandError, PaymentSettings
from knowledge.brand_lines import check_cases, read_examples
from knowledge.brand_rows import read_catalog, read_demo_orders, read_text
from knowledge.brand_toml import NAME, parse_toml, working_hours


def load_brand(folder: Path) -> Brand:
    """Everything in a brand folder, checked; nothing is loaded by half.

    Raises:
        BrandError: one line that names the file, the line or key, what was expected and found.
    """
    if not folder.is_dir():
        raise BrandError(f"{folder}: expected a brand folder, found none")
    folder = folder.resolve()
    toml = parse_toml(read_text(folder, NAME))
    if not (folder / "knowledge").is_dir():
        raise BrandError("knowledge/: expected a folder, found none")
    products = read_catalog(folder)
    check_cases(folder)
    about = toml.brand
    return Brand(
        folder=folder,
        id=about.id,
        name=about.name,
        agent_name=about.agent_name,
        language=about.language,
        industry=about.industry,
        persona=about.persona,
        greeting=about.greeting,
        unknown=about.unknown,
        currency=about.currency,
        timezone=ZoneInfo(about.timezone),
        tools=tuple(toml.tools.enabled),
        orders_source=toml.orders.source,
        payment=PaymentSettings(toml.payment.provider, tuple(toml.payment.allowed_hosts)),
        hours=working_hours(toml.handoff.hours) if toml.handoff.hours else None,
        products=products,
        demo_orders=read_demo_orders(folder, products),
        examples=read_examples(folder),
        personal=toml.knowledge.personal,
        own_contacts=tuple(toml.knowledge.own_contacts),
    )
