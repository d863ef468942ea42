"""The page and the widget as a customer uses them, in a real browser."""

from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from channels.web.feed import Event
from tests.channels.web.conftest import Opens
from tests.channels.web.front import QUOTE, Front


def say(page: Page | FrameLocator, text: str) -> None:
    box = page.locator("textarea")
    box.fill(text)
    box.press("Enter")


def bubbles(page: Page | FrameLocator) -> list[str]:
    """What is said on the page, the greeting left out."""
    return page.locator(".row:not([hidden]) .bubble").all_inner_texts()[1:]


def chat_of(front: Front) -> str:
    return front.feed.taken[-1].chat


def answered(page: Page, count: int) -> None:
    page.locator(".row.theirs .below-answer").nth(count - 1).wait_for(state="attached")


def test_an_answer_is_shown_while_it_is_spoken_and_then_whole_and_once(
    front: Front, opens: Opens
) -> None:
    page = opens()
    front.hold(back=True)
    say(page, "可以退货吗")
    draft = page.locator(".speaking")
    expect(draft).to_contain_text("亲，可以的")
    assert QUOTE not in draft.inner_text()
    front.hold(back=False)
    expect(page.locator(".source")).to_have_text("退换货规则")
    assert bubbles(page) == ["可以退货吗", f"亲，可以的。{QUOTE}"]


def test_a_reload_in_the_middle_of_a_turn_comes_back_to_the_same_truth(
    front: Front, opens: Opens
) -> None:
    page = opens()
    front.hold(back=True)
    say(page, "可以退货吗")
    page.locator(".speaking").wait_for()
    page.reload()
    page.locator("body[data-ready]").wait_for()
    assert bubbles(page) == ["可以退货吗"]
    front.hold(back=False)
    answered(page, 1)
    assert bubbles(page) == ["可以退货吗", f"亲，可以的。{QUOTE}"]
    page.reload()
    answered(page, 1)
    assert len(bubbles(page)) == 2


def test_what_could_not_be_sent_is_kept_over_a_reload_and_sent_once(
    front: Front, opens: Opens, context: BrowserContext
) -> None:
    page = opens()
    say(page, "第一句")
    answered(page, 1)
    context.set_offline(True)
    say(page, "网断了")
    expect(page.locator(".status[data-status=failed]")).to_contain_text("发送失败")
    context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="重新发送").click()
    answered(page, 2)
    texts = [one.text for one in front.feed.taken if one.chat == chat_of(front)]
    assert texts == ["第一句", "网断了"]
    assert bubbles(page) == ["第一句", "收到：第一句", "网断了", "收到：网断了"]


def test_what_was_said_while_the_network_was_away_is_there_when_it_is_back(
    front: Front, opens: Opens
) -> None:
    page = opens()
    say(page, "你好")
    answered(page, 1)
    page.route("**/api/events*", lambda route: route.abort())
    front.loop.call_soon_threadsafe(front.closing.set)
    expect(page.locator("#banner")).to_contain_text("网络已断开")
    front.loop.call_soon_threadsafe(front.closing.clear)
    late = Event("reply", {"text": "迟到的回答", "turn": 9}, key="late")
    front.do(front.agent.tell(chat_of(front), late))
    page.unroute("**/api/events*")
    expect(page.locator(".bubble").last).not_to_be_visible()
    expect(page.get_by_text("迟到的回答")).to_be_visible()
    expect(page.locator("#banner")).to_be_hidden()


def test_who_types_before_the_session_has_begun_is_only_made_to_wait(
    front: Front, opens: Opens, context: BrowserContext
) -> None:
    context.route("**/api/session", lambda route: route.abort(), times=1)
    page = opens("/demo/shop")
    page.goto(f"{front.url}/chat/shop/")
    page.locator("#starters button").first.wait_for()
    say(page, "我很急")
    answered(page, 1)
    assert bubbles(page) == ["我很急", "收到：我很急"]


def test_two_tabs_show_the_same(front: Front, opens: Opens) -> None:
    one, other = opens(), opens()
    say(one, "从第一页")
    answered(other, 1)
    say(other, "从第二页")
    answered(one, 2)
    answered(other, 2)
    assert bubbles(one) == bubbles(other)
    assert len(bubbles(one)) == 4


def test_a_purchase_is_confirmed_paid_and_seen_to_be_paid(front: Front, opens: Opens) -> None:
    page = opens()
    say(page, "我要买两瓶玫瑰水")
    page.get_by_role("button", name="确认下单").click()
    card = page.locator(".payment")
    expect(card).to_contain_text("¥178.00")
    expect(page.get_by_role("button", name="确认下单")).to_be_hidden()
    assert (front.feed.taken[-1].kind, front.feed.taken[-1].text) == ("press", "confirm")
    assert card.locator(".pay").get_attribute("href") == f"{front.url}/pay/token-1"
    front.papers.payments[f"{front.url}/pay/token-1"] = "paid"
    paid = Event("notice", {"text": "付款已收到，谢谢您！"}, key="paid:token-1")
    front.do(front.agent.tell(chat_of(front), paid))
    expect(card).to_have_attribute("data-state", "paid")
    expect(card.locator(".pay")).to_be_hidden()
    page.reload()
    expect(page.locator(".payment")).to_have_attribute("data-state", "paid")


def test_a_source_opens_with_the_words_of_the_answer_marked(opens: Opens) -> None:
    page = opens()
    say(page, "可以退货吗")
    page.locator(".source").click()
    expect(page.locator("dialog mark")).to_contain_text("可以申请无理由退货")
    expect(page.locator("dialog .passage-text")).to_contain_text("自签收之日起7天内")
    page.keyboard.press("Escape")
    expect(page.locator(".source")).to_be_focused()


def test_pictures_open_large_and_turn_by_key(opens: Opens) -> None:
    page = opens()
    say(page, "看看图片")
    page.locator(".picture").first.click()
    shown = page.locator("dialog figcaption")
    expect(shown).to_contain_text("1 / 2")
    page.keyboard.press("ArrowRight")
    expect(shown).to_contain_text("小粉瓶精华 包装")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_a_thumb_is_told_and_stays_pressed(front: Front, opens: Opens) -> None:
    page = opens()
    say(page, "你好")
    page.get_by_role("button", name="有帮助", exact=True).click()
    pressed = page.locator(".thumb[aria-pressed=true]")
    expect(pressed).to_have_count(1)
    page.reload()
    expect(pressed).to_have_count(1)
    assert front.feed.taken[-1].text == "helpful"
    assert bubbles(page) == ["你好", "收到：你好"]


def test_enter_that_picks_a_word_of_an_input_method_sends_nothing(
    front: Front, opens: Opens
) -> None:
    page = opens()
    before = len(front.feed.taken)
    box = page.locator("textarea")
    box.fill("ni hao")
    keys = ({"key": "Enter", "isComposing": True}, {"key": "Enter", "keyCode": 229})
    for key in keys:
        box.dispatch_event("keydown", key)
    box.press("Shift+Enter")
    assert box.input_value() == "ni hao\n"
    box.press("Enter")
    expect(box).to_have_value("")
    answered(page, 1)
    assert [one.text for one in front.feed.taken[before:]] == ["ni hao"]


def test_a_text_that_is_too_long_is_counted_and_not_sent(opens: Opens) -> None:
    page = opens()
    page.locator("textarea").fill("好" * 1001)
    expect(page.locator(".count.over")).to_have_text("1001 / 1000")
    expect(page.locator(".send")).to_be_disabled()
    page.locator("textarea").press("Enter")
    assert bubbles(page) == []


def test_the_page_speaks_the_visitors_language_and_can_be_switched(opens: Opens) -> None:
    page = opens()
    expect(page.locator("#person")).to_have_text("转人工")
    page.locator("#language").click()
    expect(page.locator("#person")).to_have_text("Talk to a person")
    page.reload()
    expect(page.locator("#person")).to_have_text("Talk to a person")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_widget_can_be_used_with_the_keyboard_alone(front: Front, opens: Opens) -> None:
    page = opens("/demo/shop?as=u-1001")
    launcher = page.get_by_role("button", name="打开客服对话")
    launcher.focus()
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    expect(frame.locator("textarea")).to_be_focused()
    page.keyboard.type("可以退货吗")
    page.keyboard.press("Enter")
    expect(frame.locator(".source")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
    expect(frame.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.get_by_role("button", name="打开客服对话")).to_be_focused()
    assert front.feed.taken[-1].customer == "u-1001"


def talked(opens: Opens) -> tuple[Page, FrameLocator]:
    """A shop's page with the widget open, and something said and answered in it."""
    page = opens("/demo/shop")
    page.locator(".launcher").click()
    frame = page.frame_locator("iframe")
    frame.locator("body[data-ready]").wait_for()
    say(frame, "你好")
    expect(frame.get_by_text("收到：你好")).to_be_visible()
    return page, frame


def test_a_closed_widget_shows_that_something_was_said(front: Front, opens: Opens) -> None:
    page, frame = talked(opens)
    frame.locator("#close").click()
    expect(page.locator(".dot")).to_be_hidden()
    notice = Event("notice", {"text": "您的订单已发货"}, key=f"notice {chat_of(front)}")
    front.do(front.agent.tell(chat_of(front), notice))
    expect(page.locator(".dot")).to_be_visible()
    page.locator(".launcher").click()
    expect(page.locator(".dot")).to_be_hidden()
    expect(frame.get_by_text("您的订单已发货")).to_be_visible()


def test_what_comes_while_the_panel_closes_counts_as_unseen(front: Front, opens: Opens) -> None:
    page, frame = talked(opens)
    # The widget's word that it has closed the panel never arrives.
    page.frames[-1].evaluate("window.postMessage = () => {}")
    frame.locator("#close").click()
    notice = Event("notice", {"text": "您的订单已发货"}, key=f"notice {chat_of(front)}")
    front.do(front.agent.tell(chat_of(front), notice))
    expect(page.locator(".dot")).to_be_visible()


def test_a_take_over_is_said_on_the_page(front: Front, opens: Opens) -> None:
    page = opens()
    say(page, "转人工")
    answered(page, 1)
    state = Event("state", {"state": "taken_over"})
    front.do(front.feed.show("shop", chat_of(front), state))
    expect(page.locator("#banner")).to_have_text("人工客服正在为您服务。")
    words = Event("notice", {"text": "您好，我是店员小王", "author": "operator"}, key="person")
    front.do(front.agent.tell(chat_of(front), words))
    expect(page.locator(".who")).to_have_text("人工客服")


def embedding(context: BrowserContext, front: Front, shop: str) -> Page:
    """A shop of another origin that has the widget on its page."""
    page = context.new_page()
    page.goto(f"{shop}/?{front.url}")
    page.locator(".launcher").click()
    return page


def test_a_shop_of_an_allowed_origin_can_embed_the_widget(
    front: Front, context: BrowserContext, shop_port: int
) -> None:
    page = embedding(context, front, f"http://localhost:{shop_port}")
    frame = page.frame_locator("iframe")
    frame.locator("body[data-ready]").wait_for()
    say(frame, "你好")
    expect(frame.get_by_text("收到：你好")).to_be_visible()
    page.reload()
    page.locator(".launcher").click()
    expect(frame.get_by_text("收到：你好")).to_be_visible()


def test_no_other_site_can_embed_it(front: Front, context: BrowserContext, shop_port: int) -> None:
    page = embedding(context, front, f"http://127.0.0.1:{shop_port}")
    page.wait_for_timeout(500)
    expect(page.frame_locator("iframe").locator("textarea")).to_have_count(0)


def test_a_word_in_between_does_not_end_the_show_of_a_running_turn(
    front: Front, opens: Opens
) -> None:
    page = opens()
    front.hold(back=True)
    say(page, "可以退货吗")
    page.locator(".speaking").wait_for()
    chat = chat_of(front)
    waiting = Event("reply", {"text": "正在为您确认，请稍等。", "turn": 0}, key=f"holding {chat}")
    front.do(front.agent.tell(chat, waiting))
    expect(page.get_by_text("请稍等")).to_be_visible()
    expect(page.locator(".speaking")).to_be_visible()
    front.hold(back=False)
    answered(page, 2)
    expect(page.locator(".speaking")).to_be_hidden()
    assert bubbles(page)[1:] == ["正在为您确认，请稍等。", f"亲，可以的。{QUOTE}"]
