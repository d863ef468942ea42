"""Accounts, the audit, deleting a customer's data, and retention."""

import re
from datetime import timedelta

from sqlalchemy import insert, select

from agent.delivery_tables import conversations, notebook, outbox
from agent.log import events
from agent.said import said, said_words
from app.schema import METADATA
from app.wiring import real_time
from console.erasing import TABLES, forget_old
from console.sessions import Sessions
from console.tables import audit
from console.words import TEXTS, load_words
from tests.console.house import House


def test_every_table_that_tells_of_a_conversation_is_emptied_when_one_is_deleted() -> None:
    """A new table with a `conversation` belongs into `console.erasing`, or here with a reason."""
    kept = {"audit"}
    telling = {
        table.name
        for metadata in METADATA
        for table in metadata.tables.values()
        if "conversation" in table.c
    }
    assert {table.name for table in TABLES} == telling - kept


def test_every_act_has_a_name_in_both_languages() -> None:
    folder, words = TEXTS.parent, load_words()
    named = (
        re.findall(r'acting\(\s*"([a-z_.]+)"', f.read_text("utf-8")) for f in folder.glob("*.py")
    )
    acts = {act for found in named for act in found} - {"name.of.act"}
    assert len(acts) > 20
    assert sorted(act for act in acts if f"audit.act_{act}" not in words) == []


def test_a_customers_data_is_gone_and_a_proof_stays(house: House) -> None:
    name = house.write("gone", "我叫王小明，退货要几天？", customer="u-secret")
    house.post("operator", f"/conversations/{name}/take-over")
    house.post("operator", f"/conversations/{name}/say", text="王小明您好")
    house.post("operator", f"/conversations/{name}/notes", text="王小明是老顾客")
    sent = {"brand": "lamps", "customer": "u-secret", "again": "u-secret"}
    assert house.post("operator", "/erasing", **sent).status_code == 403
    assert house.post("admin", "/erasing", **{**sent, "again": "u-secre"}).status_code == 422
    assert house.post("admin", "/erasing", **sent).status_code == 303
    for table in (*TABLES, conversations):
        column = table.c.id if table is conversations else table.c.conversation
        assert house.do(house.rows(table, column == name)) == []
    assert _found(house, "王小明") == []
    proof = house.do(house.rows(audit, audit.c.act == "erase"))[-1]
    assert "王小明" not in proof["details"]
    assert "u-secret" not in proof["details"]
    assert '"sha256"' in proof["details"]
    assert '"left": 0' in proof["details"]
    assert "sha256" in house.get("admin", "/erasing").text
    assert "王小明" not in str(house.do(house.rows(audit)))


def test_what_channels_noted_about_his_chat_is_gone_too_and_counted(house: House) -> None:
    house.write("noted", "你好", customer="u-noted")
    his = {
        "customer:noted": "u-noted",
        "tray:noted": "{}",
        "77:shown:noted": "[]",
        "used:0f": "noted",
        "77:moved:old": "noted",
    }
    others = {
        "customer:unnoted": "u-1",
        "77:shown:9:noted": "[]",
        "tray:noted:9": "{}",
        "77:offset": "noted?",
        "used:1f": "",
    }
    rows = [{"bot": "web", "key": key, "value": value} for key, value in (his | others).items()]
    rows.append({"bot": "another", "key": "customer:noted", "value": "u-2"})
    house.do(_noted(house, rows))
    house.post("admin", "/erasing", brand="lamps", customer="u-noted", again="u-noted")
    left = house.do(house.rows(notebook))
    assert not {row["key"] for row in left if row["bot"] == "web"} & set(his)
    kept = [row for row in rows if row["key"] in others or row["bot"] == "another"]
    assert [row for row in kept if row not in [dict(one) for one in left]] == []
    proof = house.do(house.rows(audit, audit.c.act == "erase"))[-1]["details"]
    assert '"notebook": 5' in proof
    assert '"left": 0' in proof


async def _noted(house: House, rows: list[dict[str, str]]) -> None:
    async with house.service.around.database.writing() as connection:
        await connection.execute(insert(notebook), rows)


def test_what_he_said_before_he_signed_in_is_his_as_well(house: House) -> None:
    guest = house.write("same chat", "我姓王，你好", customer=None)
    house.post("operator", f"/conversations/{guest}/close", reason="solved")
    known = house.write("same chat", "又来了", customer="u-known")
    assert guest != known
    house.post("admin", "/erasing", brand="lamps", customer="u-known", again="u-known")
    left = {row["id"] for row in house.do(house.rows(conversations))}
    assert not left & {guest, known}


def test_a_guest_is_deleted_by_any_of_his_conversations(house: House) -> None:
    first = house.write("guest", "你好", customer=None)
    house.post("operator", f"/conversations/{first}/close", reason="solved")
    second = house.write("guest", "又来了", customer=None)
    other = house.write("another guest", "你好", customer=None)
    assert "2" in house.get("admin", f"/erasing/count?brand=lamps&customer={second}").text
    house.post("admin", "/erasing", brand="lamps", customer=second, again=second)
    left = {row["id"] for row in house.do(house.rows(conversations))}
    assert not left & {first, second}
    assert other in left


def test_a_colleagues_conversation_is_not_handed_back_or_closed_over_his_head(house: House) -> None:
    name = house.write("his", "你好")
    house.post("operator", f"/conversations/{name}/take-over")
    assert house.post("editor", f"/conversations/{name}/hand-back").status_code == 409
    closing = house.post("editor", f"/conversations/{name}/close", reason="solved")
    assert closing.status_code == 409
    assert house.do(house.conversation("his"))["state"] == "taken_over"


def _found(house: House, words: str) -> list:
    text = house.get("viewer", f"/inbox/list?q={words}").text
    return [line for line in text.splitlines() if "/console/conversations/" in line]


def test_old_conversations_are_forgotten_by_setting_and_open_ones_are_not(house: House) -> None:
    old = house.write("old", "退货要几天？")
    waiting = house.write("old-waiting", "转人工")
    database = house.service.around.database
    later = real_time() + timedelta(days=31)
    assert house.do(forget_old(database, 0, later)) == 0
    house.do(forget_old(database, 30, real_time() + timedelta(days=29)))
    assert house.do(house.rows(conversations, conversations.c.id == old))
    assert house.do(forget_old(database, 30, later)) > 0
    assert house.do(house.rows(events, events.c.conversation == old)) == []
    assert house.do(house.rows(events, events.c.conversation == waiting))


def test_a_disabled_account_is_out_at_once(house: House) -> None:
    new = {"name": "temp", "password": "quite a long one", "role": "operator"}
    assert house.post("admin", "/accounts", **new).status_code == 303
    assert house.post("admin", "/accounts", **new).status_code == 422
    sessions = Sessions(house.service.around.database)
    house.tokens["temp"] = house.do(sessions.begin("temp", real_time()))
    assert house.get("temp", "/inbox").status_code == 200
    house.post("admin", "/accounts/change", name="temp", what="disable")
    assert house.get("temp", "/inbox").status_code == 303


def test_nobody_takes_his_own_rights_away(house: House) -> None:
    own = house.post("admin", "/accounts/change", name="admin", what="role", role="viewer")
    assert own.status_code == 409


def test_every_act_is_on_record_with_who_and_where_from(house: House) -> None:
    name = house.write("acts", "你好")
    for path in ("take-over", "draft", "hand-back"):
        house.post("editor", f"/conversations/{name}/{path}")
    house.post("editor", f"/conversations/{name}/export", format="jsonl")
    house.post("editor", f"/conversations/{name}/close", reason="solved")
    rows = house.do(house.rows(audit, audit.c.conversation == name))
    acts = ["take_over", "draft", "hand_back", "export", "close"]
    assert [row["act"] for row in rows] == acts
    assert {(row["operator"], row["address"]) for row in rows} == {("editor", "127.0.0.1")}
    logged = house.do(
        house.rows(events, events.c.conversation == name, events.c.kind == "operator")
    )
    assert len(logged) == 3
    assert name in house.get("admin", f"/audit?conversation={name}").text


def test_the_same_form_sent_twice_speaks_once(house: House) -> None:
    name = house.write("twice", "你好")
    house.post("operator", f"/conversations/{name}/take-over")
    for _ in range(2):
        house.post("operator", f"/conversations/{name}/say", text="您好", key="abc123")
    sent = house.do(
        house.rows(outbox, outbox.c.conversation == name, outbox.c.author == "operator")
    )
    assert len(sent) == 1


def test_the_bot_knows_afterwards_what_the_person_and_the_customer_said(house: House) -> None:
    name = house.write("memory", "你好")
    house.post("operator", f"/conversations/{name}/take-over")
    house.write("memory", "晨光台灯能修吗")
    house.post("operator", f"/conversations/{name}/say", text="可以，寄回来就行。")
    house.post("operator", f"/conversations/{name}/hand-back")
    house.write("memory", "退货呢")
    prompt = next(asked for asked in house.model.asked if "顾客：退货呢" in asked)
    assert "晨光台灯能修吗" in prompt
    assert "寄回来就行" in prompt


async def _words(database) -> int:
    async with database.reading() as connection:
        return len((await connection.execute(select(said_words.c.words))).all())


def test_the_words_of_the_search_are_as_many_as_what_was_said(house: House) -> None:
    assert house.do(_words(house.service.around.database)) == len(house.do(house.rows(said)))
