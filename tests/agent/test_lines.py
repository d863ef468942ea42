"""What of the passages found is read by the model and said to the customer."""

from agent.answer import quoted
from agent.evidence import MAX_LINES, Question, in_force, lines_of, merged
from tools.artifacts import Evidence, EvidenceHit


def hit(number, text, **changes):
    values = {
        "id": str(number),
        "source": f"{number}.md",
        "heading": (),
        "text": text,
        "passage_kind": "text",
        "sku": None,
        "score": 1.0 / number,
        "similarity": 0.9,
        "word_rank": number,
        "vector_rank": number,
    }
    return EvidenceHit(**{**values, **changes})


def found(*hits):
    return Evidence(query="", version=1, hits=hits)


LONG = "".join(f"{name}在城里。" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉")


def test_an_excerpt_is_the_sentences_closest_to_the_question():
    lines = lines_of(found(hit(1, f"{LONG}退货运费由顾客承担。")), Question("退货运费谁出"))
    assert "退货运费由顾客承担。" in lines[0].excerpt
    assert len(lines[0].excerpt) <= 90
    assert lines[0].said.startswith(LONG)


def test_one_long_sentence_is_an_excerpt_all_the_same():
    text = "退货" * 100
    assert lines_of(found(hit(1, text)), Question("退货"))[0].excerpt == text


def test_what_is_marked_stays_marked_whatever_part_is_said():
    lines = lines_of(
        found(hit(1, f"{LONG}包邮门槛 99 元。")), Question("包邮门槛"), mark=lambda _: "（已结束）"
    )
    line = lines[0]
    assert all(text.startswith("（已结束）") for text in (line.shown, line.said, line.excerpt))


def test_lines_about_another_product_are_left_out():
    hits = (hit(1, "甲防水。", sku="A"), hit(2, "乙防水。", sku="B"), hit(3, "都防水。"))
    lines = lines_of(found(*hits), Question("甲防水吗", named=("A",)))
    assert {line.hit.id for line in lines} == {"1", "3"}


def test_a_row_is_said_under_the_name_of_its_table():
    row = {"passage_kind": "table_row"}
    hits = (
        hit(1, "区: 三区; 首重: 15", heading=("资费表", "二、标快"), **row),
        hit(2, "Zone: 3; First kg: 15", heading=("Prices", "Express"), **row),
        hit(3, "区: 一区; 首重: 8", heading=("资费表", "Sheet1"), **row),
        hit(4, "区: 二区; 首重: 12", heading=("资费表",), **row),
    )
    leads = {line.hit.id: line.lead for one in hits for line in lines_of(found(one), Question(""))}
    assert leads == {"1": "标快，", "2": "Express, ", "3": "", "4": ""}


def test_what_is_replaced_is_not_a_line_whether_a_document_or_a_part_of_it():
    hits = (hit(1, "按键 30 秒。"), hit(2, "按键 12 秒。"), hit(3, "按键 5 秒。"))
    left = in_force(found(*hits), {"1": "replaced", "3.md": "replaced"})
    assert [one.id for one in left.hits] == ["2"]


def test_a_heading_over_several_rows_is_said_once():
    row = {"passage_kind": "table_row", "heading": ("资费表", "标快")}
    hits = (hit(1, "区: 一区; 首重: 8", **row), hit(2, "区: 二区; 首重: 12", **row))
    said = [one.text for one in quoted(lines_of(found(*hits), Question("首重"))).sentences]
    assert said[0].startswith("标快，")
    assert not said[1].startswith("标快，")


def test_the_likeliest_passage_comes_first_whatever_place_it_was_found_in():
    hits = (hit(1, "门店几点开门", relevance=1.0), hit(2, "周一到周五九点", relevance=2.0))
    lines = lines_of(found(*hits), Question("门店几点开门"))
    assert [line.hit.id for line in lines] == ["2", "1"]


def test_a_passage_that_does_not_hold_yet_must_be_much_likelier_to_come_first():
    early, now = hit(1, "十二月闭店", relevance=3.0), hit(2, "九点开门", relevance=2.0)
    known = in_force(found(early, now), {"1.md": "coming"})
    assert [line.hit.id for line in lines_of(known, Question("几点开门"))] == ["2", "1"]
    likely = in_force(found(hit(1, "十二月闭店", relevance=5.0), now), {"1.md": "coming"})
    assert [line.hit.id for line in lines_of(likely, Question("几点开门"))] == ["1", "2"]


def test_what_another_wording_found_counts_less():
    own, other = found(hit(1, "甲", relevance=2.0)), found(hit(2, "乙", relevance=2.5))
    assert [one.id for one in merged(own, [other]).hits] == ["1"]
    likely = found(hit(2, "乙", relevance=3.0))
    assert [one.id for one in merged(own, [likely]).hits] == ["2"]


def test_the_source_of_the_answer_before_comes_first_for_a_question_that_leans_on_it():
    hits = found(hit(1, "券一年内有效。"), hit(2, "年卡不退。"), hit(3, "团单两小时内退。"))
    assert [line.hit.id for line in lines_of(hits, Question("多久到账"))] == ["1", "2", "3"]
    leaning = lines_of(hits, Question("多久到账", after="3.md"))
    assert [line.hit.id for line in leaning] == ["3", "1", "2"]


def test_a_product_is_not_likelier_for_standing_in_the_catalogue_that_was_cited_before():
    product = {"source": "catalog.csv", "passage_kind": "product", "sku": "L-1"}
    hits = found(hit(1, "券一年内有效。"), hit(2, "台灯，护眼。", **product))
    lines = lines_of(hits, Question("多久到账", after="catalog.csv"))
    assert [line.hit.id for line in lines] == ["1", "2"]


def test_of_five_passages_three_are_read_and_more_may_be_said():
    lines = lines_of(found(*(hit(n, f"退货说明{n}。") for n in range(1, 8))), Question("退货"))
    assert (len(lines), MAX_LINES) == (5, 3)


def test_the_first_passage_is_told_at_more_length_than_the_others():
    text = "".join(f"{name}的退货由顾客寄回。" for name in "甲乙丙丁戊己庚辛壬癸")
    first, second = lines_of(found(hit(1, text), hit(2, text)), Question("退货"))
    assert len(second.excerpt) <= 60 < len(first.excerpt) <= 90


def test_more_than_two_passages_stand_on_lines_of_their_own():
    lines = lines_of(found(*(hit(n, f" 退货说明{n}。") for n in range(1, 4))), Question("退货"))
    assert [s.text for s in quoted(lines[:2]).sentences] == ["退货说明1。", "退货说明2。"]
    assert [s.text[:1] for s in quoted(lines).sentences] == ["退", "\n", "\n"]
