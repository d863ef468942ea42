"""For admins: the audit, the accounts, and deleting a customer's data."""

import json

from fastapi.responses import Response
from sqlalchemy import select

from console.access import ROLES, Operator, Role, hashed_password
from console.erasing import conversations_of, erase, left_of, proof_of
from console.routing import Ask, Refused, Route
from console.tables import audit, operators

_PAGE = 50


async def audit_page(ask: Ask) -> Response:
    """Every act, the newest first; by operator or conversation."""
    query = select(audit).order_by(audit.c.number.desc()).limit(_PAGE + 1)
    who, name = ask.query.get("operator", ""), ask.query.get("conversation", "").strip()
    before = ask.query.get("before", "")
    if who:
        query = query.where(audit.c.operator == who)
    if name:
        query = query.where(audit.c.conversation == name)
    if before.isdigit():
        query = query.where(audit.c.number < int(before))
    async with ask.console.database.reading() as connection:
        rows = (await connection.execute(query)).mappings().all()
        whose = (
            await connection.scalars(select(operators.c.name).order_by(operators.c.name))
        ).all()
    shown = [{**row, "details": json.loads(row["details"])} for row in rows[:_PAGE]]
    more = shown[-1]["number"] if len(rows) > _PAGE else 0
    return ask.page("audit.html", rows=shown, more=more, who=who, name=name, whose=whose)


async def accounts_page(ask: Ask) -> Response:
    """Who may sign in, and as what."""
    return ask.page(
        "accounts.html", accounts=await ask.console.accounts.all(), roles=ROLES, fault=""
    )


async def add_account(ask: Ask) -> Response:
    """A new account."""
    form, accounts = ask.form, ask.console.accounts
    name = form.get("name", "").strip().lower()
    operator = Operator(name, form.get("shown_name", "").strip() or name, _role(ask), "zh")
    try:
        await accounts.add(operator, form.get("password", ""), ask.console.clock())
    except ValueError as error:
        everyone = await accounts.all()
        return ask.page("accounts.html", 422, accounts=everyone, roles=ROLES, fault=str(error))
    async with ask.acting("account.add") as act:
        act.details.update(name=name, role=operator.role)
    return ask.moved("/accounts")


async def change_account(ask: Ask) -> Response:
    """Another role or password, or no entry any more; one's own account stays as it is."""
    name, what = ask.form.get("name", ""), ask.form.get("what", "")
    if name == ask.operator.name:
        raise Refused(409, "own_account")
    changes: dict[str, object]
    match what:
        case "role":
            changes = {"role": _role(ask)}
        case "disable" | "enable":
            changes = {"disabled": what == "disable"}
        case "password":
            try:
                changes = {"password": await hashed_password(ask.form.get("password", ""))}
            except ValueError:
                raise Refused(422, "short_password") from None
        case _:
            raise Refused(422, "form")
    if not await ask.console.accounts.change(name, **changes):
        raise Refused(404, "not_found")
    await ask.console.sessions.end_all(name)
    async with ask.acting(f"account.{what}") as act:
        act.details.update(name=name, role=str(changes.get("role", "")))
    return ask.moved("/accounts")


async def erasing_page(ask: Ask) -> Response:
    """The form, and what was deleted so far."""
    return await _erasing(ask)


async def _erasing(ask: Ask, status: int = 200, problem: str = "") -> Response:
    query = select(audit).where(audit.c.act == "erase").order_by(audit.c.number.desc()).limit(_PAGE)
    async with ask.console.database.reading() as connection:
        rows = (await connection.execute(query)).mappings().all()
    proofs = [{**row, "details": json.loads(row["details"])} for row in rows]
    brands = {name: desk.agent.brand.name for name, desk in ask.console.brands.items()}
    about = {"proofs": proofs, "brands": brands, "problem": problem, "form": ask.form}
    return ask.page("erasing.html", status, **about)


async def erase_customer(ask: Ask) -> Response:
    """Delete one customer's conversations, all of them, for good."""
    brand, customer = ask.form.get("brand", ""), ask.form.get("customer", "").strip()
    if not customer or ask.form.get("again", "").strip() != customer:
        return await _erasing(ask, 422, "not_the_same")
    ids = await conversations_of(ask.console.database, brand, customer)
    if not ids:
        return await _erasing(ask, 404, "no_customer")
    async with ask.acting("erase") as act:
        at = ask.console.clock()
        erased = await erase(act.connection, ids, at, whole_chats=True)
        left = await left_of(act.connection, ids, erased.chats)
        act.details.update(brand=brand, **proof_of(erased), left=left)
    return ask.moved("/erasing")


async def counted(ask: Ask) -> Response:
    """How much would be deleted."""
    brand, customer = ask.query.get("brand", ""), ask.query.get("customer", "").strip()
    ids = await conversations_of(ask.console.database, brand, customer) if customer else ()
    return ask.part("erasing_count.html", count=len(ids), customer=customer)


def _role(ask: Ask) -> Role:
    for role in ROLES:
        if role == ask.form.get("role"):
            return role
    raise Refused(422, "form")


ROUTES = (
    Route("GET", "/audit", "admin", audit_page),
    Route("GET", "/accounts", "admin", accounts_page),
    Route("POST", "/accounts", "admin", add_account),
    Route("POST", "/accounts/change", "admin", change_account),
    Route("GET", "/erasing", "admin", erasing_page),
    Route("GET", "/erasing/count", "admin", counted),
    Route("POST", "/erasing", "admin", erase_customer),
)
