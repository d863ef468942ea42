"""The command line: `digital-human`, also `python -m app`."""

import argparse
import asyncio
import logging
import sys
import traceback
from pathlib import Path

from pydantic import ValidationError

from app import commands, serving
from app.collect_options import collect_options
from app.search_command import search_options
from app.settings import Settings
from app.trouble import EXPECTED_TROUBLE, one_line
from console.access import ROLES

_KNOWLEDGE = [
    "build",
    "add",
    "extract",
    "accept",
    "report",
    "search",
    "stats",
    "calibrate",
    "versions",
    "rollback",
]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 done, 1 failed, 2 wrong usage."""
    args = _parsed(arguments)
    logging.basicConfig(level=logging.DEBUG if args.debug else logging.ERROR)
    for library in ("httpx", "httpcore"):
        # Access tokens stand in the addresses that these would log.
        logging.getLogger(library).setLevel(logging.WARNING)
    try:
        settings = _settings(args)
        status: int = asyncio.run(args.run(args, settings))
        return status
    except KeyboardInterrupt:
        return 130
    except EXPECTED_TROUBLE as error:
        if args.debug:
            traceback.print_exc()
        print(f"digital-human: {one_line(error)}", file=sys.stderr)
        return 1
    except Exception as error:  # noqa: BLE001 - a stranger gets one line, --debug the rest
        if args.debug:
            traceback.print_exc()
        print(
            f"digital-human: unexpected {type(error).__name__}: {one_line(error)} "
            "(run again with --debug and report it)",
            file=sys.stderr,
        )
        return 1


# What may be left out, and may also stand behind options: argparse takes it from there no more.
_LEFT_OUT = {"knowledge": "subject", "replay": "conversation"}


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    made = parser()
    args, rest = made.parse_known_args(arguments)
    name = _LEFT_OUT.get(args.command, "")
    if name and getattr(args, name) is None and rest and not rest[0].startswith("-"):
        setattr(args, name, rest.pop(0))
    if rest:
        made.error(f"unrecognized arguments: {' '.join(rest)}")
    return args


def _settings(args: argparse.Namespace) -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"DIGITAL_HUMAN_{'_'.join(str(part) for part in first['loc'])}".upper()
        raise ValueError(f"{name}: {first['msg']}; see .env.example") from error
    given = {
        name: value
        for name in ("brand", "model", "channels")
        if (value := getattr(args, name, None)) is not None
    }
    return settings.model_copy(update=given)


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="digital-human", description=__doc__)
    top.add_argument("--debug", action="store_true", help="show the traceback of an error")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--brand", type=Path, metavar="DIR", help="the brand folder")
    common.add_argument("--model", metavar="SPEC", help="embedded[:NAME], ollama:NAME, openai:NAME")
    talking = argparse.ArgumentParser(add_help=False, parents=[common])
    talking.add_argument("--customer", metavar="ID", help="who is signed in (default: nobody)")

    def command(name: str, run: object, text: str, base: argparse.ArgumentParser = common):  # type: ignore[no-untyped-def]
        made = sub.add_parser(name, help=text, description=text, parents=[base])
        made.set_defaults(run=run)
        return made

    command("chat", commands.chat, "talk in the terminal", talking)
    command("demo", commands.demo, "set up and try the demo brand")
    ask = command("ask", commands.ask, "one turn", talking)
    ask.add_argument("text", metavar="TEXT")
    ask.add_argument("--conversation", metavar="ID", help="go on with this conversation")
    ask.add_argument("--json", action="store_true", help="print the reply object and nothing else")
    _knowledge(command("knowledge", commands.knowledge, "index a brand's knowledge, look into it"))
    alone = argparse.ArgumentParser(add_help=False)
    _evaluate(command("evaluate", commands.evaluate, "measure accuracy on cases", alone))
    _case(command("case", commands.case, "turn a recorded conversation into a case"))
    _console(command("console", commands.console, "accounts of the operator console", alone))
    _replay(command("replay", commands.replay, "run recorded conversations again"))
    _training(command("training", commands.training, "training samples from corrections"))
    command("paid", commands.paid, "demo provider: pay a link").add_argument("link", metavar="LINK")
    _models(command("models", commands.models, "models known and fetched"))
    _served(
        command("serve", serving.serve, "web chat, channels and worker in one process", alone),
        command("worker", serving.work, "one more worker for the same database", alone),
    )
    command("doctor", commands.doctor, "what works here, and how to fix the rest")
    return top


def _models(made: argparse.ArgumentParser) -> None:
    made.add_argument("action", choices=["list", "pull"])
    made.add_argument("name", nargs="?", metavar="NAME")


def _served(gateway: argparse.ArgumentParser, worker: argparse.ArgumentParser) -> None:
    gateway.add_argument("--host", default="127.0.0.1", metavar="HOST")
    gateway.add_argument("--port", type=int, default=8080, metavar="PORT")
    for made in (gateway, worker):
        made.add_argument("--brand", type=Path, metavar="DIR", help="if there is no channels file")
        made.add_argument("--model", metavar="SPEC", help="embedded[:NAME], ollama:NAME, …")
        made.add_argument("--channels", type=Path, metavar="FILE", help="the bots to serve")


def _knowledge(made: argparse.ArgumentParser) -> None:
    made.add_argument("action", choices=_KNOWLEDGE)
    made.add_argument("subject", nargs="?", metavar="SOURCE|FILE|QUERY")
    search_options(made)
    made.add_argument("--out", type=Path, metavar="FILE", help="extract, report: write it there")
    made.add_argument("--with-model", action="store_true", help="extract: ask it where rules end")
    collect_options(made)


def _evaluate(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--brand",
        action="append",
        type=Path,
        dest="brands",
        metavar="DIR",
        help="a brand folder; may be repeated",
    )
    made.add_argument("--model", metavar="SPEC", help="embedded[:NAME], ollama:NAME, openai:NAME")
    made.add_argument("--cases", nargs="+", type=Path, default=[], metavar="FILE")
    made.add_argument("--tags", default="", metavar="A,B", help="only cases with one of these")
    made.add_argument("--runs", type=_count, default=1, metavar="K")
    made.add_argument("--temperature", type=float, metavar="T", help="default: 0; 0.7 with --runs")
    made.add_argument("--seed", type=int, default=0, metavar="N", help="of the first run")
    made.add_argument(
        "--baseline", action="append", default=[], choices=["create_agent", "retrieval"]
    )
    made.add_argument("--gate", type=Path, metavar="FILE", help="TOML with bounds: missed, exit 1")
    made.add_argument("--compare", nargs=2, type=Path, metavar="JSON", help="two report.json files")
    made.add_argument("--out", type=Path, metavar="DIR", help="write the report there")
    made.add_argument("--resume", action="store_true", help="skip what DIR has already")
    made.add_argument(
        "--remember", type=Path, metavar="FILE", help="keep the model's answers; ask nothing twice"
    )
    made.add_argument(
        "--now", default="", metavar="TIME", help="the time it is in the cases (ISO, with offset)"
    )


def _replay(made: argparse.ArgumentParser) -> None:
    made.add_argument("conversation", nargs="?", metavar="CONVERSATION", help="default: many")
    made.add_argument("--prompts", type=Path, metavar="DIR", help="other prompts, as agent/texts")
    made.add_argument(
        "--say", action="append", default=[], metavar="TURN=TEXT", help="the customer's words"
    )
    made.add_argument("--from-turn", type=_count, default=1, metavar="N", help="leave out earlier")
    made.add_argument(
        "--today", action="store_true", help="knowledge and the demo shop as they are today"
    )
    made.add_argument("--refused", action="store_true", help="many: with a refused question")
    made.add_argument("--day", metavar="DATE", help="many: of that day, YYYY-MM-DD")
    made.add_argument("--words", default="", metavar="TEXT", help="many: asked with these words")
    made.add_argument("--limit", type=_count, default=1000, metavar="N", help="many: at most")
    made.add_argument("--resume", type=int, metavar="BATCH", help="go on with a stopped batch")


def _training(made: argparse.ArgumentParser) -> None:
    made.add_argument("action", choices=["export"])
    made.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")


def _case(made: argparse.ArgumentParser) -> None:
    made.add_argument("action", choices=["add"])
    made.add_argument("conversation", metavar="CONVERSATION")
    made.add_argument("--to", type=Path, metavar="FILE", help="append it to this case file")
    made.add_argument("--id", metavar="ID", help="the case's id (default: the conversation's)")
    made.add_argument("--tags", default="", metavar="A,B")


def _console(made: argparse.ArgumentParser) -> None:
    made.add_argument("action", choices=["add-user", "set-password"])
    made.add_argument("name", metavar="NAME")
    made.add_argument("--role", choices=ROLES, default="admin", help="default: admin")
    made.add_argument("--shown-name", metavar="TEXT", help="how colleagues see the account")
    made.add_argument("--language", choices=["zh", "en"], default="zh")


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return count


if __name__ == "__main__":
    sys.exit(main())
