"""Take the pictures of the web chat that are in docs/, from a running demo.

python -m app serve --port 8080
python scripts/shoot_web_chat.py http://localhost:8080 huayang docs
"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ANSWER_MS = 120_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("bot")
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        phone = opened(browser, f"{args.address}/demo/{args.bot}?as=u-1001", 390, 844)
        phone.click("button.launcher")
        chat = phone.frame_locator("iframe")
        talk(chat, "小粉瓶怎么用？", "我要买两瓶玫瑰水")
        press(chat, "确认下单")
        phone.wait_for_timeout(500)
        phone.screenshot(path=args.folder / "web-chat-phone.png")
        desktop = opened(browser, f"{args.address}/demo/{args.bot}?as=u-1001", 1280, 800)
        desktop.click("button.launcher")
        chat = desktop.frame_locator("iframe")
        talk(chat, "帮我查一下订单HY20261101003", "给我看看小粉瓶的图片")
        desktop.wait_for_timeout(500)
        desktop.screenshot(path=args.folder / "web-chat-desktop.png")
        browser.close()


def opened(browser: Browser, address: str, width: int, height: int) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    page.goto(address)
    return page


def talk(chat: FrameLocator, *texts: str) -> None:
    chat.locator("body[data-ready]").wait_for()
    for number, text in enumerate(texts):
        chat.locator("textarea").fill(text)
        chat.locator("textarea").press("Enter")
        answered(chat, number)


def press(chat: FrameLocator, name: str) -> None:
    count = chat.locator(".row.theirs .thumbs").count()
    chat.get_by_role("button", name=name).click()
    answered(chat, count)


def answered(chat: FrameLocator, number: int) -> None:
    answers = chat.locator(".row.theirs .thumbs")
    answers.nth(number).wait_for(state="attached", timeout=ANSWER_MS)


if __name__ == "__main__":
    main()
