"""Take the pictures of the console that are in docs/, from a running service.

python -m app console add-user anna --shown-name 安娜 < password-file
python -m app serve --port 8080
python scripts/shoot_console.py http://localhost:8080 web anna docs < password-file
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ANSWER_MS = 180_000
WATCHED = "精华液和面霜可以一起用吗？"
SAID = (
    ("小粉瓶敏感肌可以用吗？",),
    ("面霜开封以后能放多久？", "你们有实体店吗？"),
    ("帮我查一下订单HY20261101003", "给我看看小粉瓶的图片"),
    ("退货运费谁出？", "我的电话是13812345678，请人工给我回电"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("bot")
    parser.add_argument("account")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--talked", action="store_true", help="the conversations are there already")
    args = parser.parse_args()
    password = sys.stdin.readline().strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        if not args.talked:
            for texts in SAID:
                customer(browser, f"{args.address}/demo/{args.bot}?as=u-1001", texts)
        shoot(browser, args, password)
        browser.close()


def customer(browser: Browser, address: str, texts: tuple[str, ...]) -> FrameLocator:
    page = opened(browser, address, 1000, 800)
    page.click("button.launcher")
    chat = page.frame_locator("iframe")
    chat.locator("body[data-ready]").wait_for()
    for number, text in enumerate(texts):
        ask(chat, text)
        answers = chat.locator(".row.theirs .thumbs")
        answers.nth(number).wait_for(state="attached", timeout=ANSWER_MS)
        print(text, flush=True)
    return chat


def ask(chat: FrameLocator, text: str) -> None:
    chat.locator("textarea").fill(text)
    chat.locator("textarea").press("Enter")


def opened(browser: Browser, address: str, width: int, height: int, scheme: str = "light") -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme=scheme,
    )
    page = context.new_page()
    page.goto(address)
    return page


def signed_in(browser: Browser, args: argparse.Namespace, password: str, **look: object) -> Page:
    fixed = {"width": 1280, "height": 800, **look}
    page = opened(browser, f"{args.address}/console/", **fixed)
    page.fill("[name=name]", args.account)
    page.fill("[name=password]", password)
    page.locator("[name=password]").press("Enter")
    page.locator(".line").first.wait_for()
    return page


def save(args: argparse.Namespace, page: Page, name: str) -> None:
    page.wait_for_timeout(600)
    page.screenshot(path=args.folder / f"console-{name}.png")


def shoot(browser: Browser, args: argparse.Namespace, password: str) -> None:
    save(args, opened(browser, f"{args.address}/console/", 900, 640), "sign-in")
    desk = signed_in(browser, args, password)
    look(desk, args)
    here = sell(desk, args)
    watch(browser, desk, args)
    erase(browser, desk, args)
    for place in ("quick-replies", "audit", "accounts"):
        desk.goto(f"{args.address}/console/{place}")
        save(args, desk, place)
    phone = signed_in(browser, args, password, width=390, height=844, scheme="dark")
    save(args, phone, "phone-inbox")
    phone.locator(".bar .all").click()
    save(args, phone, "phone-places")
    phone.goto(here)
    save(args, phone, "phone-conversation")


def look(desk: Page, args: argparse.Namespace) -> None:
    """The inbox, a turn, a passage in its document."""
    save(args, desk, "inbox")
    desk.goto(f"{args.address}/console/inbox?q=敏感肌可以用吗")
    desk.locator(".line a").first.click()
    desk.locator("a.open-turn").first.click()
    desk.locator(".hits a").first.wait_for()
    save(args, desk, "turn")
    desk.locator(".hits a").first.click()
    save(args, desk, "document")


def sell(desk: Page, args: argparse.Namespace) -> str:
    """Take over, answer, ask the customer to agree to a purchase; where that was."""
    desk.goto(f"{args.address}/console/inbox?state=waiting")
    desk.locator(".line a").first.click()
    desk.get_by_role("button", name="接管", exact=True).click()
    desk.locator("#text").fill("您好，我是安娜，马上为您处理，稍后给您回电。")
    save(args, desk, "take-over")
    desk.get_by_role("button", name="发送").click()
    desk.locator(".said.operator").wait_for()
    desk.locator("[data-opens=attaching]").click()
    desk.locator("#attachable img").first.wait_for()
    save(args, desk, "attach")
    desk.get_by_role("button", name="请顾客确认购买").first.click()
    desk.locator("#deal form").wait_for()
    save(args, desk, "deal")
    return desk.url


def erase(browser: Browser, desk: Page, args: argparse.Namespace) -> None:
    """A customer who was here for this only is deleted again."""
    guest = "u-1009"
    customer(browser, f"{args.address}/demo/{args.bot}?as={guest}", ("你好",))
    desk.goto(f"{args.address}/console/erasing")
    desk.fill("[name=customer]", guest)
    desk.fill("[name=again]", guest)
    desk.get_by_role("button", name="彻底删除").click()
    desk.locator(".proof").first.wait_for()
    save(args, desk, "erasing")


def watch(browser: Browser, desk: Page, args: argparse.Namespace) -> None:
    """While the bot is answering."""
    asked = customer(browser, f"{args.address}/demo/{args.bot}?as=u-1001", ())
    ask(asked, WATCHED)
    desk.wait_for_timeout(1000)
    desk.goto(f"{args.address}/console/inbox")
    desk.locator(".line a").first.click()
    desk.locator("#speaking:visible").wait_for()
    desk.locator("#inspector .step").first.wait_for()
    save(args, desk, "watching")


if __name__ == "__main__":
    main()
