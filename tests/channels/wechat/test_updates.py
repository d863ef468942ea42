"""What WeChat's messages mean."""

from typing import Any

import pytest

from channels.wechat.updates import UpdateError, read
from channels.wechat.xml import XmlError, fields_of, xml_of
from tests.channels.wechat.caller import event_xml, text_xml

AT = 1_790_000_000


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("你好", ("text", "你好", "")),
        ("/help", ("command", "help", "")),
        ("/language en", ("command", "language", "en")),
        ("/RESET", ("command", "reset", "")),
        ("/etc/passwd", ("text", "/etc/passwd", "")),
        ("确认购买", ("press", "confirm", "")),
        ("Talk to a person", ("press", "person", "")),
        ("取消", ("text", "取消", "")),
        ("【收到不支持的消息类型，暂无法显示】", ("media", "", "")),
        ("", ("media", "", "")),
    ],
)
def test_what_is_typed(said: str, meant: tuple[str, str, str]) -> None:
    update = read(fields_of(text_xml("u1", said, "5", AT)))
    assert (update.kind, update.text, update.rest) == meant
    assert (update.message_id, update.at.timestamp()) == ("5", AT)


@pytest.mark.parametrize(
    ("number", "label", "meant"),
    [
        ("17", "确认购买", ("press", "confirm", "7")),
        ("27", "取消", ("press", "cancel", "7")),
        ("37", "转人工", ("press", "person", "7")),
        ("412", "有帮助", ("press", "helpful", "12")),
        ("53", "没帮助", ("press", "unhelpful", "3")),
        ("4", "有帮助", ("text", "有帮助", "")),
        ("99", "别的", ("text", "别的", "")),
    ],
)
def test_what_is_tapped_in_a_menu(number: str, label: str, meant: tuple[str, str, str]) -> None:
    update = read(fields_of(text_xml("u1", label, "5", AT, bizmsgmenuid=number)))
    assert (update.kind, update.text, update.rest) == meant


@pytest.mark.parametrize(
    ("event", "key", "meant"),
    [
        ("subscribe", "", ("command", "start", "", "")),
        ("subscribe", "qrscene_spring", ("command", "start", "", "spring")),
        ("SCAN", "spring", ("command", "start", "", "spring")),
        ("CLICK", "say:怎么退货", ("press", "say", "怎么退货", "")),
        ("CLICK", "person", ("press", "person", "", "")),
        ("CLICK", "language:en", ("command", "language", "en", "")),
        ("CLICK", "V1001_GOOD", (None, "", "", "")),
        ("VIEW", "https://shop.example", (None, "", "", "")),
        ("unsubscribe", "", (None, "", "", "")),
        ("TEMPLATESENDJOBFINISH", "", (None, "", "", "")),
    ],
)
def test_what_happens_beside_words(event: str, key: str, meant: tuple[Any, ...]) -> None:
    update = read(fields_of(event_xml("u1", event, AT, EventKey=key)))
    assert (update.kind, update.text, update.rest, update.scene) == meant
    assert update.left == (event == "unsubscribe")


def test_a_voice_message_that_wechat_understood_is_text() -> None:
    xml = text_xml("u1", "", "5", AT).replace("[text]", "[voice]")
    heard = read(fields_of(xml.replace("</xml>", "<Recognition>在吗</Recognition></xml>")))
    assert (heard.kind, heard.text, heard.extra["media"]["type"]) == ("text", "在吗", "voice")
    assert read(fields_of(xml)).kind == "media"


def test_an_event_is_known_again_and_told_from_another() -> None:
    first = read(fields_of(event_xml("u1", "CLICK", AT, EventKey="help")))
    again = read(fields_of(event_xml("u1", "CLICK", AT, EventKey="help")))
    later = read(fields_of(event_xml("u1", "CLICK", AT + 1, EventKey="help")))
    assert first.message_id == again.message_id != later.message_id


@pytest.mark.parametrize(
    "xml",
    [
        "<xml></xml>",
        f"<xml><FromUserName>u 1</FromUserName><CreateTime>{AT}</CreateTime></xml>",
        "<xml><FromUserName>u1</FromUserName><CreateTime>soon</CreateTime></xml>",
        "<xml><FromUserName>u1</FromUserName><CreateTime>²</CreateTime></xml>",
        "<xml><FromUserName>u1</FromUserName><CreateTime>99999999999999</CreateTime></xml>",
    ],
)
def test_a_message_from_nobody_or_at_no_time_is_none(xml: str) -> None:
    with pytest.raises(UpdateError):
        read(fields_of(xml))


def test_whatever_is_written_is_read_back() -> None:
    text = 'a]]>b <c> & "d" \n 中'
    assert fields_of(xml_of({"Content": text}))["Content"] == text


def test_signs_that_xml_cannot_hold_are_left_out() -> None:
    assert fields_of(xml_of({"Content": "a\x00\x0b\ud800\uffffb"})) == {"Content": "ab"}


def test_a_document_type_is_refused() -> None:
    with pytest.raises(XmlError):
        fields_of('<!DOCTYPE xml [<!ENTITY a "aaaa">]><xml><b>&a;</b></xml>')
