"""What every page repeats is left out; what was said stays, and its page is known."""

from knowledge.cleaning import clean
from knowledge.navigation import noted, without_navigation
from knowledge.products import ProductNames
from knowledge.record_passages import document_passages
from knowledge.reflow import reflowed

RULES = [
    "一、退货须知\n\n自签收次日起 7 天内可以退货。",
    "二、换货须知\n\n签收后 15 天内可以换货。",
    "三、维修须知\n\n质保期内免费维修，过期收成本费。",
    "四、运费说明\n\n满 99 元包邮，新疆西藏除外。",
]


def document(header: str = "花园旗舰店售后手册", footer: str = "第 {} 页 共 4 页") -> str:
    pages = [
        f"{header}\n\n{rule}\n\n{footer.format(number)}\n\n" for number, rule in enumerate(RULES, 1)
    ]
    return "\f".join(pages)


def test_headers_footers_and_page_numbers_go_and_are_counted() -> None:
    text = reflowed(document())
    assert "售后手册" not in text
    assert "共 4 页" not in text
    assert all(line in text for rule in RULES for line in rule.split("\n\n"))
    assert text.endswith("<!-- left out: 8 repeated lines -->")


def test_passages_know_their_page_and_show_no_mark() -> None:
    text = clean(reflowed(document()))
    passages = document_passages("knowledge/a.pdf", text, ProductNames(()))
    assert {rule.split("\n\n")[1]: page for page, rule in enumerate(RULES, 1)} == {
        passage.text.split("\n")[-1]: passage.page for passage in passages
    }
    assert not any("<!--" in passage.text for passage in passages)


def test_what_two_pages_of_many_have_in_common_stays() -> None:
    pages = [f"{'注意事项' if n < 2 else f'第{n}章'}\n\n{rule}" for n, rule in enumerate(RULES)]
    assert reflowed("\f".join(pages)).count("注意事项") == 2


def test_a_document_of_one_page_is_as_it_was() -> None:
    assert reflowed("退货须知\n\n7 天内可以退货。\n\f").strip() == "退货须知\n\n7 天内可以退货。"
    (passage, *_) = document_passages("knowledge/a.md", "# 退货\n\n7 天内。", ProductNames(()))
    assert passage.page is None


PAGE = """<html><head><title>退货</title></head><body>
<header><a href="/">首页</a><form>搜索</form></header>
<nav><a href="/a">商品</a><a href="/b">活动</a></nav>
<div class="breadcrumb"><a href="/">首页</a> &gt; 售后</div>
<div class="menu"><h2>菜单</h2><p>宫保鸡丁 38 元</p></div>
<article><header><h1>退货须知</h1></header>
<p>7 天内可以退货。</p><aside>未拆封才行。</aside></article>
<div id="footer">版权所有 备案号</div></body></html>"""


def test_navigation_goes_but_nothing_of_the_text() -> None:
    left = noted(without_navigation(PAGE))
    for words in ("退货须知", "7 天内可以退货", "未拆封才行", "宫保鸡丁 38 元"):
        assert words in left
    for words in ("首页", "商品", "搜索", "版权所有"):
        assert words not in left
    assert "<!-- left out: 4 navigation blocks -->" in left


def test_a_page_that_would_be_empty_is_kept_whole() -> None:
    page = "<body><nav>营业时间 9:00-18:00，周日休息，电话请打总台。</nav><p>a</p></body>"
    assert without_navigation(page) == page
