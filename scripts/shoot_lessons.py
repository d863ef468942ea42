"""Screenshots of the console's pages for learning, over a house with made-up conversations.

PYTHONPATH=. python scripts/shoot_lessons.py OUT_FOLDER
"""

import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import insert

from agent.day_sums import grow_stale
from agent.lesson_tables import conversation_tallies, turn_tallies
from app.wiring import real_time
from console.sessions import COOKIE
from tests.console.house import House, open_house
from tests.lessons.conftest import Searcher

QUESTIONS = ("台灯可以调节亮度吗", "台灯亮度能调吗", "有没有线下门店", "门店在哪里", "可以开专票吗")


async def past(house: House) -> None:
    """A month of figures."""
    chance, now = random.Random(7), real_time()
    wholes, turns = [], []
    for n in range(900):
        at = now - timedelta(days=chance.random() ** 1.3 * 29)
        day, person = at.date().isoformat(), chance.random() < 0.16
        shared = {"conversation": f"old-{n}", "brand": "lamps", "day": day}
        bot = chance.choice(["web", "web", "telegram", "wechat"])
        link = chance.random() < 0.2
        wholes.append(
            {
                **shared,
                "bot": bot,
                "turns": 1,
                "person": person,
                "reason": chance.choice(["asked", "complaint", "claim", "unsolved", ""])
                if person
                else "",
                "links": int(link),
                "paid": int(link and chance.random() < 0.7),
                "updated_at": at,
            }
        )
        turns.append(
            {
                **shared,
                "bot": bot,
                "turn": 1,
                "question": "",
                "refused": chance.random() < 0.11,
                "failed": False,
                "model_errors": int(chance.random() < 0.01),
                "pace": int(chance.gauss(7, 2.5) ** 2 / 8) + 1,
                "thumb": chance.choice([0, 0, 0, 1, 1, -1]),
                "at": at,
            }
        )
    async with house.service.around.database.writing() as connection:
        await connection.execute(insert(conversation_tallies), wholes)
        await connection.execute(insert(turn_tallies), turns)
        await grow_stale(connection, {one["day"] for one in turns}, now)


def shoot(house: House, out: Path) -> None:  # noqa: PLR0915 - one picture after the other
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )

        def page_of(width: int, height: int, **more: str):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                **more,
            )
            token = house.tokens["admin"]
            context.add_cookies([{"name": COOKIE, "value": token, "url": house.url}])
            return context.new_page()

        page = page_of(1360, 860)

        def keep(name: str) -> None:
            page.screenshot(path=out / f"console-{name}.png")

        page.goto(f"{house.url}/console/dashboard")
        keep("dashboard")
        page.goto(f"{house.url}/console/gaps")
        keep("gaps")
        first = house.write("shot-1", QUESTIONS[0])
        page.goto(f"{house.url}/console/conversations/{first}?turn=1")
        page.get_by_role("link", name="标记错误回复").click()
        page.get_by_label("不该拒答").check()
        page.get_by_label("正确回复").fill("台灯支持三档调节亮度，触摸开关即可切换。")
        keep("mark-wrong")
        page.get_by_role("button", name="保存").click()
        page.get_by_label("必须说到").fill("三档")
        page.get_by_role("button", name="生成用例并运行").click()
        page.locator("#verdict").wait_for()
        keep("correction-red")
        page.get_by_role("button", name="发布知识").click()
        page.get_by_text("已生效").wait_for()
        page.get_by_role("button", name="立即运行用例").click()
        page.locator("#verdict[data-right=yes]").wait_for()
        keep("correction-green")
        page.goto(f"{house.url}/console/corrections")
        keep("corrections")
        page.goto(f"{house.url}/console/conversations/{first}/replay")
        page.get_by_role("button", name="重放").click()
        page.locator("#sum").wait_for()
        keep("replay")
        page.goto(f"{house.url}/console/batches")
        page.get_by_label("有拒答").check()
        page.get_by_label("问到的词").fill("吗")
        page.get_by_role("button", name="开始重放").click()
        page.locator("[data-state=done]").wait_for()
        keep("batch")
        page.goto(f"{house.url}/console/batches")
        keep("batches")
        page = page_of(390, 844)
        page.goto(f"{house.url}/console/gaps")
        keep("gaps-phone")
        page.goto(f"{house.url}/console/dashboard")
        keep("dashboard-phone")
        page = page_of(1360, 860, color_scheme="dark")
        page.goto(f"{house.url}/console/conversations/{first}/replay")
        page.get_by_role("button", name="重放").click()
        page.locator("#sum").wait_for()
        keep("replay-dark")
        browser.close()


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_house(Path(folder), Searcher(), answers="quote") as house,
    ):
        house.do(past(house))
        for n, question in enumerate(QUESTIONS * 2):
            house.write(f"chat-{n}", question)
        house.do(house.service.learning.tallies.catch_up())
        house.do(house.service.learning.gaps.catch_up())
        shoot(house, out)


main(Path(sys.argv[1]))
