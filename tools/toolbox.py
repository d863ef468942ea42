"""All the tools there are, and those a brand has switched on."""

from typing import Final

from langchain_core.tools import BaseTool

from knowledge.brand import Brand
from tools.help_tools import hand_off_to_human, search_knowledge
from tools.order_tools import list_orders, lookup_order, verify_order
from tools.shop_tools import create_payment_link, show_product_images

TOOLS: Final[tuple[BaseTool, ...]] = (
    lookup_order,
    list_orders,
    verify_order,
    show_product_images,
    create_payment_link,
    search_knowledge,
    hand_off_to_human,
)


def enabled(brand: Brand) -> tuple[BaseTool, ...]:
    """The tools the brand has switched on, in the order of `TOOLS`."""
    return tuple(tool for tool in TOOLS if tool.name in brand.tools)
