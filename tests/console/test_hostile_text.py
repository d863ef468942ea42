"""Whatever is written, no page runs it, asks for it elsewhere, or shows anything else than it."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from agent.delivery_tables import conversations, inbox
from agent.inbound import clean
from console.tables import operator_notes
from knowledge.folding import fold
from tests.brands.small_brand import write_brand
from tests.console.conftest import CHROMIUM, Opens
from tests.console.house import House, open_house

LONGEST = 80  # of a note that a reply has in it
VENDOR = Path(__file__).parent / "vendor"
# After OWASP's and html5sec's sheets: tags, handlers, addresses, breaking out of where text stands.
SHEET = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><button>x</button></form>",
    "<style>@import '//evil.example/x.css';</style>",
    "<object data=javascript:alert(1)>",
    "'\"><script>alert(1)</script>",
    "' onmouseover=alert(1) x='",
    '" onfocus=alert(1) autofocus x="',
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "{{7*7}} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
    "javascript:alert(1)",
    "<div hx-get=//evil.example hx-trigger=load>x</div>",
    "<div hx-on:load=alert(1) data-live=//evil.example>x</div>",
    "<p data-text id=text>x</p>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62;",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "\u202eevil\u202c \u200b\ufeff\u2028\u2029",
)
NAUGHTY = tuple(
    text for text in json.loads((VENDOR / "blns.json").read_text("utf-8")) if text.strip()
)
# Invisible characters are taken out of a shop's own notes, line breaks as well.
EVERY = tuple(dict.fromkeys(filter(None, map(clean, (*SHEET, *NAUGHTY)))))
# Each takes a turn, or a product that is embedded: all of the sheet, and every fifth of the others.
# No two products of a shop may have the same name.
UNLIKE = tuple({fold(text): text for text in reversed(EVERY)}.values())[::-1]
SAMPLE = (*UNLIKE[:33], *UNLIKE[33::5])
NOTES = {f"LA2026120{n:04}": note for n, note in enumerate(SAMPLE)}
NAMES = {f"X-{n:03}": name for n, name in enumerate(SAMPLE)}
LOOKED_FOR = tuple(NAMES)[:33]  # of the products, in the console's own search
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A shop whose catalogue, knowledge and orders are hostile as well."""
    folder = tmp_path_factory.mktemp("hostile")
    brand = write_brand(folder / "lamps")
    _write_over(brand / "catalog.csv", "晨光阅读台灯 白色", HOSTILE)
    _write_over(brand / "demo" / "orders.csv", "请包装", HOSTILE)
    with (brand / "demo" / "orders.csv").open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        bought = ["u-9", "5566", "paid", "2026-11-20T09:00:00+08:00", "L-1x1", "168.00", "CNY"]
        rows.writerows([order, *bought, "", "", note] for order, note in NOTES.items())
    (brand / "knowledge" / "hostile.md").write_text(f"# {HOSTILE}\n\n退货 {HOSTILE}\n", "utf-8")
    with (brand / "catalog.csv").open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        about = ["", "", "10", "CNY", "9", "", "images/desk.jpg", "x"]
        rows.writerows([sku, name, *about] for sku, name in NAMES.items())
    (brand / "knowledge" / "all.txt").write_text("\n\n".join((*SHEET, *NAUGHTY)), "utf-8")
    with open_house(folder, brand=brand) as opened:
        yield opened


def _write_over(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_the_strings_there_are_enough_of() -> None:
    assert CHROMIUM.exists()
    assert len(NAUGHTY) + len(SHEET) > 450
    assert len(SAMPLE) > 110


def test_hostile_messages_are_shown_as_they_were_sent_to_both(house: House, opens: Opens) -> None:
    customer = opens("/chat/web/")
    customer.locator("textarea").fill("你好")
    customer.locator("textarea").press("Enter")
    customer.locator(".row.theirs .bubble:visible").nth(1).wait_for()
    row = house.do(house.rows(conversations, conversations.c.bot == "web"))[0]
    name, chat = row["id"], row["chat"]
    assert house.post("operator", f"/conversations/{name}/take-over").status_code == 303
    house.post("operator", f"/conversations/{name}/reveal")
    sent = (*SHEET, *NAUGHTY)
    house.pour(chat, sent)
    for text in SHEET:
        answer = house.post("operator", f"/conversations/{name}/say", text=text)
        assert answer.status_code == 303
        house.post("operator", f"/conversations/{name}/notes", text=text)
    page = opens(f"/console/conversations/{name}", "operator")
    stored = [r["text"] for r in house.do(house.rows(inbox, inbox.c.conversation == name))]
    shown = page.locator(".said.customer .bubble").all_text_contents()
    assert _lines(shown) == _lines(stored)
    assert len(shown) == len(sent) + 1
    said = page.locator(".said.operator .bubble").all_text_contents()
    assert _lines(said) == _lines(SHEET)
    notes = house.do(house.rows(operator_notes))
    jots = page.locator(".jot p[data-text]").all_text_contents()
    assert _lines(jots) == _lines([one["text"] for one in notes])
    theirs = customer.locator(".row.theirs .bubble:visible")
    theirs.nth(len(SHEET) + 1).wait_for()
    assert _lines(theirs.all_text_contents()[2:]) == _lines(SHEET)
    mine = _lines(customer.locator(".row.mine .bubble").all_text_contents())
    assert mine == _lines(stored)[-len(mine) :]
    assert len(mine) > 100
    _walk(house, opens("/console/inbox", "admin"))


def test_hostile_names_passages_and_order_notes_are_shown_as_they_are(house, opens) -> None:
    name = house.write("shop", "退货要几天？", "我的订单", "帮我查LA20261120002")
    page = opens(f"/console/conversations/{name}?turn=1", "operator")
    assert HOSTILE in "".join(page.locator(".hits [data-text]").all_text_contents())
    page.locator(".hits a").first.click()
    page.locator(".passage").first.wait_for()
    page.goto(f"{house.url}/console/brands/lamps/document?source=knowledge/hostile.md")
    assert HOSTILE in "".join(page.locator(".passage").all_text_contents())
    page.goto(f"{house.url}/console/conversations/{name}?turn=3")
    page.locator("#inspector details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert HOSTILE in "".join(page.locator("#inspector pre").all_text_contents())
    assert f"备注：{HOSTILE}。" in page.locator("#reply [data-text]").text_content()
    house.post("operator", f"/conversations/{name}/take-over")
    page.reload()
    page.get_by_role("button", name="商品与付款链接").click()
    page.locator("#attachable form").first.wait_for()
    assert HOSTILE in "".join(page.locator("#attachable b").all_text_contents())


def test_hostile_order_notes_are_shown_as_they_are_to_both(house: House, opens: Opens) -> None:
    expected = [f"备注：{note[:LONGEST]}。" for note in NOTES.values()]
    chat = opens("/chat/web/")
    told = chat.locator(".row.theirs .bubble:visible")
    chat.locator("textarea").fill("谢谢")
    chat.locator("textarea").press("Enter")
    expect(told).to_have_count(2)
    pages = house.do(house.rows(conversations, conversations.c.chat.startswith("w-")))
    row = max(pages, key=lambda row: row["opened_at"])
    # A page that asks so much would be made to wait, and is a stranger's.
    house.write(row["chat"], *(f"帮我查{order}" for order in NOTES), customer="u-9")
    expect(told).to_have_count(2 + len(NOTES))
    shown = told.all_text_contents()[2:]
    assert [text[text.find("备注") :] for text in shown] == expected
    page = opens(f"/console/conversations/{row['id']}", "operator")
    house.post("operator", f"/conversations/{row['id']}/reveal")
    page.reload()
    replies = page.locator(".said.bot .bubble").all_text_contents()
    assert replies[-len(shown) :] == shown
    page.locator("#inspector details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert list(NOTES.values())[-1] in "".join(page.locator("#inspector pre").all_text_contents())


def test_hostile_names_and_captions_are_shown_as_they_are_to_both(
    house: House, opens: Opens
) -> None:
    """Whatever the brand reader made of them when it loaded them, that is what is shown."""
    products = {p.sku: p.name for p in house.service.bots[0].running.agent.brand.products}
    assert {sku: products[sku] for sku in NAMES} == NAMES
    customer = opens("/chat/web/")
    customer.locator("textarea").fill("谢谢")
    customer.locator("textarea").press("Enter")
    told = customer.locator(".row.theirs .bubble:visible")
    expect(told).to_have_count(2)
    pages = house.do(house.rows(conversations, conversations.c.chat.startswith("w-")))
    name = max(pages, key=lambda row: row["opened_at"])["id"]
    page = opens(f"/console/conversations/{name}", "operator")
    page.get_by_role("button", name=re.compile("^接管$")).click()
    page.get_by_role("button", name="商品与付款链接").click()
    page.locator("#attachable .choice").first.wait_for()
    for sku in LOOKED_FOR:
        page.locator("#attach-q").fill(sku)
        choice = page.locator("#attachable .choice", has=page.get_by_text(sku, exact=True))
        expect(choice).to_have_count(1)
        assert choice.locator("b").text_content() == products[sku]
    for sku in NAMES:
        house.post("operator", f"/conversations/{name}/send-product", sku=sku)
    page.reload()
    captions = page.locator(".said.operator figcaption")
    expect(captions).to_have_count(len(NAMES))
    said = page.locator(".said.operator .bubble").all_text_contents()
    for text, caption, sku in zip(said, captions.all_text_contents(), NAMES, strict=True):
        assert text.startswith(products[sku])
        assert products[sku] in caption
    expect(told).to_have_count(2 + len(NAMES))
    assert _lines(told.all_text_contents()[2:]) == _lines(said)


def test_hostile_passages_are_shown_as_they_are(house: House, opens: Opens) -> None:
    knowledge = house.service.bots[0].running.knowledge
    passages = [p for p in house.do(knowledge.passages()) if p.source.endswith("all.txt")]
    assert sum(len(passage.text) for passage in passages) > 10_000
    page = opens("/console/brands/lamps/document?source=knowledge/all.txt", "viewer")
    shown = page.locator(".passage [data-text], .passage[data-text]").all_text_contents()
    assert _lines(shown) == _lines([passage.text for passage in passages])


def test_hostile_queries_and_addresses_are_shown_as_they_are(house: House, opens: Opens) -> None:
    page = opens("/console/inbox", "admin")
    for text in (HOSTILE, SHEET[18], SHEET[20]):
        page.locator("#q").fill(text)
        page.wait_for_function("q => new URL(location).searchParams.get('q') === q", arg=text)
        assert page.locator("#q").input_value() == text
        page.reload()
        assert page.locator("#q").input_value() == text
    page.goto(f"{house.url}/console/audit?conversation=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    page.goto(f"{house.url}/console/conversations/%3Cscript%3Ealert(1)%3C")


def test_a_downloaded_page_runs_nothing_either(house: House, opens: Opens) -> None:
    name = house.write("export", HOSTILE)
    page = house.post("operator", f"/conversations/{name}/export", format="html")
    assert HOSTILE not in page.text
    assert "&lt;img src=x" in page.text
    assert "sandbox" in page.headers["content-security-policy"]
    lines = house.post("operator", f"/conversations/{name}/export", format="jsonl")
    assert json.loads(lines.text.splitlines()[0])["body"]["text"] == HOSTILE


def _lines(texts) -> list[str]:
    """HTML knows one kind of line break; a text box takes white space off both ends."""
    return [text.replace("\r\n", "\n").replace("\r", "\n").strip() for text in texts]


def _walk(house: House, page: Page) -> None:
    """Every page that lists something."""
    for path in ("/inbox", "/audit", "/accounts", "/erasing", "/quick-replies"):
        page.goto(f"{house.url}/console{path}")
