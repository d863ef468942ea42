"""An operator's session in a real browser: a wrong answer, a red case, knowledge, a green case."""

import time
from datetime import date
from pathlib import Path

import pytest

from agent.log import Log
from knowledge.brand_folder import load_brand
from knowledge.snippets import read_snippets
from knowledge.versions import roll_back
from tests.console.house import House

QUESTION = "你们的台灯可以调节亮度吗"
ANSWER = "台灯支持三档调节亮度，触摸开关即可切换。"


@pytest.fixture(scope="module")
def asked(house: House) -> str:
    """A conversation with a question that nothing answers; its id."""
    return house.write("chat-1", QUESTION)


@pytest.fixture(scope="module")
def folder(house: House) -> Path:
    return house.service.bots[0].running.agent.brand.folder


def answered(house: House, chat: str, text: str) -> str:
    """What another customer is told now."""
    conversation = house.write(chat, text)
    events = house.do(Log(house.service.around.database.engine).read(conversation))
    return next(event.body["text"] for event in reversed(events) if event.kind == "reply")


def test_a_wrong_answer_becomes_a_green_case_in_one_session(asked, folder, opens):
    started = time.monotonic()
    page = opens(f"/console/conversations/{asked}?turn=1", "editor")
    page.get_by_role("link", name="标记错误回复").click()
    page.get_by_label("不该拒答").check()
    page.get_by_label("正确回复").fill(ANSWER)
    page.get_by_role("button", name="保存").click()
    page.get_by_label("必须说到").fill("三档")
    page.get_by_role("button", name="生成用例并运行").click()
    page.locator("#verdict[data-right=no]").wait_for()
    page.get_by_role("button", name="发布知识").click()
    page.get_by_text("已生效").wait_for()
    page.get_by_role("button", name="立即运行用例").click()
    page.locator("#verdict[data-right=yes]").wait_for()
    page.get_by_role("button", name="添加示例").click()
    # Who clicks on before the page is back does not see the example on the next one.
    page.locator(".lesson.done").nth(2).wait_for()
    page.get_by_role("button", name="加入训练样本").click()
    page.locator(".lesson.done").nth(3).wait_for()
    assert time.monotonic() - started < 120
    brand = load_brand(folder)
    assert [one.text for one in brand.examples][-1] == QUESTION
    [snippet] = read_snippets(folder)
    assert (snippet.answer, snippet.author) == (ANSWER, "editor")
    assert snippet.review > date.fromisoformat("2026-01-01")
    assert "fix-" in (folder / "cases/corrections.jsonl").read_text("utf-8")


def test_the_next_customer_gets_the_new_answer(house, asked):
    del asked
    assert "三档" in answered(house, "chat-2", QUESTION)


def test_a_draft_is_made_with_all_that_was_taught_since_the_start(house, asked):
    del asked
    name = house.write("chat-5", "你好")
    house.post("operator", f"/conversations/{name}/take-over")
    house.write("chat-5", QUESTION)
    before = len(house.model.requests)
    drafted = house.post("operator", f"/conversations/{name}/draft").text
    assert "三档" in drafted
    # The example that was labelled in the session is in the prompt.
    assert QUESTION in house.model.requests[before].messages[0].text


def test_a_replay_with_todays_knowledge_shows_the_new_answer(house, asked, opens):
    page = opens(f"/console/conversations/{asked}/replay", "operator")
    page.get_by_role("button", name="重放").click()
    better = page.locator("section[data-outcome=better]")
    better.wait_for()
    assert "三档" in better.inner_text()
    page.get_by_label("原样重放").check()
    page.get_by_role("button", name="重放").click()
    page.locator("#sum[data-changed='0']").wait_for()


def test_a_batch_counts_what_changed(house, asked, opens):
    del asked
    page = opens("/console/batches", "operator")
    page.get_by_label("有拒答").check()
    page.get_by_role("button", name="开始重放").click()
    page.locator("[data-state=done]").wait_for()
    assert page.locator("#count-better").inner_text() == "1"


def test_a_gap_is_answered_from_the_list(house, opens):
    house.write("chat-3", "有实体门店吗")
    learning = house.service.learning
    house.do(learning.tallies.catch_up())
    house.do(learning.gaps.catch_up())
    page = opens("/console/gaps", "editor")
    page.locator("li.gap", has_text="实体门店").get_by_role("link", name="回答这个问题").click()
    page.get_by_label("答案").fill("实体门店在人民路十二号，每天营业。")
    page.get_by_role("button", name="发布知识").click()
    page.wait_for_url("**/console/gaps")
    assert page.locator("li.gap", has_text="实体门店").count() == 0
    assert "人民路" in answered(house, "chat-4", "有实体门店吗")


def test_the_dashboard_shows_what_happened(house, opens):
    house.do(house.service.learning.tallies.catch_up())
    page = opens("/console/dashboard", "viewer")
    assert page.locator("svg.chart").count() == 7
    with page.expect_navigation():
        page.get_by_role("link", name="按渠道").click()
    text = page.locator("main").inner_text()
    assert "lamps" in text or "web" in text


@pytest.mark.parametrize(
    "path", ["/gaps/1/answer", "/corrections/1/snippet", "/corrections/1/case"]
)
def test_who_is_no_editor_changes_nothing_in_the_brand(house, folder, path):
    before = sorted(p.name for p in folder.rglob("*") if p.is_file())
    answer = house.post("operator", path, question="x", answer="y")
    assert answer.status_code == 403
    assert sorted(p.name for p in folder.rglob("*") if p.is_file()) == before


def test_what_was_done_is_in_the_audit(house):
    page = house.get("admin", "/audit").text
    for act in ("标记错误回复", "生成用例", "发布知识", "回答知识缺口"):
        assert act in page, act


def test_while_the_knowledge_is_rolled_back_an_editor_is_told_that_additions_wait(house, folder):
    knowledge = house.service.bots[0].running.knowledge
    index = knowledge._builder.folder
    house.do(roll_back(index, knowledge.version))
    for path in ("/gaps/1", "/corrections/1"):
        assert "knowledge build" in house.get("editor", path).text
    assert "待发布" in house.get("editor", "/corrections/1").text
    house.post("editor", "/gaps/1/answer", question="可以开发票吗", answer="可以开电子发票。")
    assert "发票" not in answered(house, "chat-6", "可以开发票吗")
