"""What is somebody's is hidden; what customers need stays."""

from dataclasses import replace

import pytest

from knowledge.brand import Brand
from knowledge.index import Builder
from knowledge.personal import masked, personal_in, without_personal
from tests.knowledge.conftest import write

OWN = ("@shop.", "13911112222")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("张女士 13800138000 已登记", "张女士 138＊＊＊＊8000 已登记"),
        ("手机：138 0013 8000。", "手机：138＊＊＊＊8000。"),
        ("客服：您的手机 +86 13800138000 对吗", "客服：您的手机 138＊＊＊＊8000 对吗"),
        ("身份证 11010519491231002X 有误", "身份证 110＊＊＊＊＊＊＊＊＊＊＊002X 有误"),
        ("卡号 6222 0213 0000 0000 003", "卡号 6222 ＊＊＊＊ ＊＊＊＊ 003"),
        ("卡号6222021300000000003。", "卡号6222 ＊＊＊＊ ＊＊＊＊ 0003。"),
        ("Card 4111 1111 1111 1111.", "Card 4111 ＊＊＊＊ ＊＊＊＊ 1111."),
        ("发到 xiaoli@qq.com", "发到 x＊＊＊@qq.com"),
        ("收货地址：杭州市西湖区文三路 90 号 3 单元", "收货地址：＊＊＊"),
        ("他住阳光花园3栋2单元501室", "＊＊＊"),
        ("Ship to: 12 Main Street, Denver", "Ship to: ＊＊＊"),
        ("家庭电话 0571-88001234", "家庭电话 057＊＊＊＊34"),
    ],
)
def test_what_is_somebodys_is_hidden(text: str, hidden: str) -> None:
    said, counts = without_personal(text, OWN)
    assert (said, sum(counts.values())) == (hidden, 1)


@pytest.mark.parametrize(
    "text",
    [
        "客服热线 400-800-0000，投诉 95588，市民热线 12345",
        "窗口电话：0571-88001234；咨询电话 010-66001234",
        "门店地址：上海市南京西路 100 号 3 楼",
        "退货请寄回地址：杭州市余杭区文一西路 969 号 5 幢",
        "售后手机：13700001111（微信同号）",
        "邮箱 care@shop.example，invoices@other.example",
        "老板手机 13911112222",
        "订单号 6222021300000000006",
        "对公账户：6222 0213 0000 0000 003",
        "身份证号码为 18 位，如 110105194912310021",
        "条码 6901234567892，容量 13800138000123 次",
        "版本 1.13800138000",
        "收货地址可在“我的-地址”中修改",
        "发票寄往您的收货地址，运单号 SF1380013800012",
        "办公电话 13600001111",
    ],
)
def test_what_customers_need_stays(text: str) -> None:
    assert personal_in(text, OWN) == ()


def test_the_console_hides_whatever_has_the_form() -> None:
    said = "客服热线 13700001111，邮箱 care@shop.example，卡 1234 5678 9012 3456"
    assert masked(said) == "客服热线 137****1111，邮箱 c***@shop.example，卡 1234 **** **** 3456"


async def test_personal_data_is_in_no_passage(builder: Builder, brand: Brand) -> None:
    write(brand, "log.md", "# 案例\n\n张女士，电话１３８００１３８０００，七天内退货。")
    await builder.build()
    rows = (builder.folder / "v1" / "rows.jsonl").read_text("utf-8")
    assert "138＊＊＊＊8000" in rows
    assert "13800138000" not in rows


async def test_a_file_is_refused_where_the_brand_says_so(builder: Builder, brand: Brand) -> None:
    write(brand, "log.md", "# 案例\n\n张女士 13800138000，a@qq.com，b@qq.com")
    strict = replace(builder, brand=replace(brand, personal="refuse"))
    report = await strict.build()
    assert report.unreadable == (
        "knowledge/log.md holds personal data (1 phone number, 2 e-mail addresses); take it out, "
        'or set [knowledge] personal = "mask" in brand.toml.',
    )
    assert "knowledge/log.md" not in report.added


async def test_a_new_setting_is_taken_up_at_the_next_build(builder: Builder, brand: Brand) -> None:
    write(brand, "log.md", "# 案例\n\n张女士 13800138000 的案例")
    await replace(builder, brand=replace(brand, personal="keep")).build()
    assert "13800138000" in (builder.folder / "v1" / "rows.jsonl").read_text("utf-8")
    assert (await builder.build()).version == 2
    assert "13800138000" not in (builder.folder / "v2" / "rows.jsonl").read_text("utf-8")
