"""A small whole brand folder, for tests to load or to break."""

from pathlib import Path

TOML = """\
[brand]
id = "lamps"
name = "灯火小铺"
agent_name = "小灯"
language = "zh"
industry = "home"
persona = "亲切、简短的灯具顾问。"
greeting = "您好，我是小灯。"
unknown = "抱歉，我需要请同事确认。"
currency = "CNY"
timezone = "Asia/Shanghai"

[tools]
enabled = ["lookup_order", "list_orders", "verify_order", "show_product_images", \
"create_payment_link", "search_knowledge", "hand_off_to_human"]

[orders]
source = "demo"

[payment]
provider = "demo"
allowed_hosts = ["localhost"]

[handoff]
hours = "09:00-21:00"
"""
CATALOG_HEADER = "sku,name,aliases,category,price,currency,stock,url,images,summary"
CATALOG = f"""\
{CATALOG_HEADER}
L-1,晨光阅读台灯 白色,晨光台灯|读书灯,台灯,168.00,CNY,12,https://lamps.example/L-1,images/desk.jpg,护眼台灯
L-2,晨光阅读台灯 黑色,晨光台灯,台灯,178.5,CNY,3,,images/desk.jpg|images/dark.jpg,护眼台灯
L-3,星河吊灯,吊灯,吊灯,1299,CNY,0,,,"客厅吊灯，
直径60厘米"
"""
ORDERS_HEADER = (
    "order_id,customer_id,phone_tail,status,created_at,items,amount,currency,"
    "carrier,tracking_no,note"
)
ORDERS = f"""\
{ORDERS_HEADER}
LA20261101001,u-1,5566,shipped,2026-11-01T20:15:00+08:00,L-1x1,168.00,CNY,顺丰,SF1234567890,
LA20261120002,u-1,5566,unpaid,2026-11-20T09:00:00+08:00,L-1x1|L-2x2,525.00,CNY,,,请包装
LA20261115003,u-2,7788,unpaid,2026-11-15T10:00:00+08:00,L-2x1,178.50,CNY,,,
LA20261010004,u-2,7788,delivered,2026-10-10T10:00:00+08:00,L-3x1,1299.00,CNY,德邦,DPK001,
"""
EXAMPLES = """\
{"text": "帮我查LA20261101001", \
"calls": [{"tool": "lookup_order", "args": {"order_id": "LA20261101001"}}]}

{"text": "你好", "calls": []}
"""
CASES = """\
{"id": "c-1", "customer": "u-1", "tags": ["order"], "turns": [{"user": "我的订单", "expect": \
{"calls": [{"tool": "list_orders", "args": {}}], \
"says": ["已发货", ["顺丰", "SF"]], "payment": null}}]}
{"id": "c-2", "customer": null, "turns": [{"user": "你好"}]}
"""


def write_brand(folder: Path) -> Path:
    """A folder that loads without complaint."""
    for name, text in {
        "brand.toml": TOML,
        "catalog.csv": CATALOG,
        "demo/orders.csv": ORDERS,
        "examples.jsonl": EXAMPLES,
        "cases/first.jsonl": CASES,
        "knowledge/returns.md": "# 退货\n七天无理由退货。\n",
        "images/desk.jpg": "a picture",
        "images/dark.jpg": "a picture",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
