"""`console add-user`: the accounts of those who work with the console."""

import getpass
import sys
from argparse import Namespace

from app.databases import open_database
from app.settings import Settings
from app.wiring import real_time
from console.access import Accounts, Operator, hashed_password
from console.sessions import Sessions


async def run_console(args: Namespace, settings: Settings) -> int:
    """Make an account, or give one a new password."""
    password = _password()
    async with open_database(settings) as database:
        accounts = Accounts(database)
        if args.action == "add-user":
            operator = Operator(args.name, args.shown_name or args.name, args.role, args.language)
            await accounts.add(operator, password, real_time())
            print(f"{args.name} may now sign in at /console as {args.role}.")
            return 0
        changed = await accounts.change(args.name, password=await hashed_password(password))
        if not changed:
            raise ValueError(f"There is no account {args.name!r}; make it with add-user.")
        await Sessions(database).end_all(args.name)
        print(f"{args.name} has a new password and was signed out everywhere.")
    return 0


def _password() -> str:
    """Typed twice at a terminal, else the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise ValueError("The two passwords are not the same.")
    return password
