"""What each command does; `app.__main__` reads the arguments."""

import sys
from argparse import Namespace

from rich.console import Console
from rich.table import Table

from agent.weights import fetch, known_models
from app.case_command import run_case
from app.console_command import run_console
from app.desk import new_conversation
from app.doctor import checks
from app.doctor_service import service_checks
from app.evaluating import run_evaluation
from app.knowledge_command import run_knowledge
from app.progress import shown_progress
from app.replaying import replay_conversation
from app.settings import Settings
from app.talking import talk, try_it
from app.training_command import export_samples
from app.wiring import open_agent, open_payments


async def chat(args: Namespace, settings: Settings) -> int:
    """Talk in the terminal."""
    return await talk(settings, args.customer)


async def demo(_: Namespace, settings: Settings) -> int:
    """A chat with the demo brand; a tour where nobody can type."""
    return await try_it(settings)


async def ask(args: Namespace, settings: Settings) -> int:
    """One turn; with --json the reply object and nothing else on stdout."""
    text = sys.stdin.read() if args.text == "-" else args.text
    async with open_agent(settings) as running:
        conversation = args.conversation or new_conversation()
        reply = await running.agent.answer(conversation, text, args.customer)
    if args.json:
        print(reply.model_dump_json())
        return 0
    print(reply.text)
    for image in reply.images:
        print(f"{settings.brand / image.path}  {image.caption}")
    if reply.payment:
        print(reply.payment.url)
    print(f"({reply.conversation})", file=sys.stderr)
    return 0


async def knowledge(args: Namespace, settings: Settings) -> int:
    """Build, add to, search or describe a brand's knowledge."""
    return await run_knowledge(args, settings)


async def evaluate(args: Namespace, settings: Settings) -> int:
    """Measure accuracy on cases."""
    return await run_evaluation(args, settings)


async def case(args: Namespace, settings: Settings) -> int:
    """Turn a recorded conversation into a case."""
    return await run_case(args, settings)


async def console(args: Namespace, settings: Settings) -> int:
    """Make an account for the console, or change its password."""
    return await run_console(args, settings)


async def replay(args: Namespace, settings: Settings) -> int:
    """A recorded conversation again; with another model or brand, a comparison."""
    return await replay_conversation(args, settings)


async def training(args: Namespace, settings: Settings) -> int:
    """Write the training samples that operators made of corrections."""
    return await export_samples(args, settings)


async def paid(args: Namespace, settings: Settings) -> int:
    """Demo provider: pay a link."""
    async with open_payments(settings) as payments:
        order = await payments.paid(args.link)
    print(f"已付款 / paid: {order.order_id}")
    return 0


async def models(args: Namespace, settings: Settings) -> int:
    """List the embedded models, or fetch one."""
    if args.action == "list":
        table = Table("name", "MB", "here", "file")
        for row in known_models(settings.cache_dir):
            table.add_row(
                row.name, f"{row.bytes / 1e6:.0f}", "yes" if row.cached else "-", row.file
            )
        Console().print(table)
        return 0
    if not args.name:
        raise ValueError("Which model? See `digital-human models list`.")
    with shown_progress() as progress:
        path = await fetch(args.name, settings.cache_dir, settings.model_mirror, progress)
    print(path)
    return 0


async def doctor(_: Namespace, settings: Settings) -> int:
    """Say what works here; exit status 1 when something that is needed does not."""
    console = Console(highlight=False)
    found = [*await checks(settings), *await service_checks(settings)]
    for check in found:
        mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]–[/]"}[check.ok]
        console.print(f"{mark} {check.name}: ", end="")
        console.print(check.text, markup=False)
        if not check.ok and check.fix:
            console.print(f"    → {check.fix}", markup=False)
    return 1 if any(check.ok is False for check in found) else 0
