"""`serve` and `worker`: answering customers until told to stop."""

import asyncio
import gc
import logging
import signal
import socket
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from agent.channel import Channel, Inbox
from app.gateway import build_app
from app.service import Service, open_service
from app.settings import Settings
from app.untold_payments import UntoldPayments
from console.erasing import forget_old

GRACE_SECONDS = 8.0
_FORGET_SECONDS = 3600.0
_RECEIVE_AGAIN_SECONDS = 5.0
Opening = Callable[[Settings], AbstractAsyncContextManager[Service]]
_logger = logging.getLogger(__name__)


async def serve(args: Namespace, settings: Settings, opening: Opening = open_service) -> int:
    """Web chat, channels, worker and senders in one process."""
    with bound(args.host, args.port) as door:
        port = door.getsockname()[1]
        if "payment_page" not in settings.model_fields_set:
            page = f"http://localhost:{port}/pay"
            settings = settings.model_copy(update={"payment_page": page})
        stop = stop_on_signals()
        async with opening(settings) as service:
            app = await build_app(service, settings.payment_page, stop, settings)
            settle_in()
            tell_where(f"http://{args.host}:{port}", service)
            async with running(service, stop, channels=True):
                await _gateway(app, door, stop)
    return 0


async def _gateway(app: FastAPI, door: socket.socket, stop: asyncio.Event) -> None:
    """Serve HTTP until told to stop."""
    config = uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=2, server_header=False
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([door]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


async def work(_: Namespace, settings: Settings, opening: Opening = open_service) -> int:
    """One more worker, with senders, for the same database."""
    stop = stop_on_signals()
    async with opening(settings) as service, running(service, stop, channels=False):
        settle_in()
        print("worker ready", flush=True)
        await stop.wait()
    return 0


def settle_in() -> None:
    """What was loaded so far stays for good: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def bound(host: str, port: int) -> socket.socket:
    """The address to listen at, ours before anything costly is opened.

    Raises:
        ValueError: it cannot be had.
    """
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        raise ValueError(f"{host}:{port} cannot be listened at: {error.strerror}.") from error
    return door


def tell_where(address: str, service: Service) -> None:
    """Say on the terminal what can be opened."""
    for one in service.bots:
        web = one.bot.channel == "web"
        where = f"{address}/chat/{one.bot.name}/" if web else one.bot.channel
        print(f"{one.running.agent.brand.name} · {one.bot.name}: {where}", flush=True)
    print(f"console: {address}/console/", flush=True)


def stop_on_signals() -> asyncio.Event:
    """Set when the process is asked to end; the second time it ends at once."""
    # What is wrong but not fatal belongs into a service's log.
    root = logging.getLogger()
    root.setLevel(min(root.level, logging.WARNING))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked(number: signal.Signals) -> None:
        if stop.is_set():
            loop.remove_signal_handler(number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked, number)
    return stop


@asynccontextmanager
async def running(service: Service, stop: asyncio.Event, *, channels: bool) -> AsyncIterator[None]:
    """The worker and the senders, and the channels' receivers if wanted, while inside.

    At the end turns are finished or given back, and letters on their way get a moment.
    """
    jobs: list[Coroutine[Any, Any, None]] = [
        service.worker.run(stop, GRACE_SECONDS),
        *(sender.run(stop) for sender in service.senders),
    ]
    around = service.around
    untold = UntoldPayments(around.database, service.announcer.paid, around.clock)
    lasting: list[Coroutine[Any, Any, None]] = [
        _forget_now_and_then(service),
        untold.again_and_again(),
        service.learning.follow(),
    ]
    learning = service.learning
    if channels:
        lasting += [learning.keep_up(), learning.replay()]
        lasting += [_received(one.bot.name, one.channel, service.inbox) for one in service.bots]
    ending = [asyncio.create_task(job) for job in jobs]
    endless = [asyncio.create_task(job) for job in lasting]
    for task in ending:
        task.add_done_callback(lambda task: _died(task, stop))
    try:
        yield
    finally:
        stop.set()
        for task in endless:
            task.cancel()
        await asyncio.wait([*ending, *endless])


def _died(task: "asyncio.Task[None]", stop: asyncio.Event) -> None:
    """A job that breaks is a bug; the process ends, and whoever watches over it starts it anew."""
    if not task.cancelled() and (error := task.exception()):
        _logger.critical("stopping, as a part of the service broke", exc_info=error)
        stop.set()


async def _received(bot: str, channel: Channel, inbox: Inbox) -> None:
    """Fetch messages; a channel that breaks is begun again."""
    while True:
        try:
            await channel.receive(inbox)
        except Exception:
            _logger.exception("%s: receiving broke off and is begun again", bot)
            await asyncio.sleep(_RECEIVE_AGAIN_SECONDS)
        else:
            return


async def _forget_now_and_then(service: Service) -> None:
    while True:
        await asyncio.sleep(_FORGET_SECONDS)
        try:
            await service.inbox.forget_old()
            await forget_old(
                service.around.database, service.retention_days, service.around.clock()
            )
        except Exception:
            _logger.exception("old messages could not be forgotten")


class _Server(uvicorn.Server):
    """Leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are handled by `stop_on_signals`."""
        yield
