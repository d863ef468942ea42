"""A shop's own order API on loopback, with a ledger of everything that reached it."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

KEY = "shop-key"


@dataclass
class FakeShop:
    """What the shop holds. `trouble` makes it fail in a way of its choice."""

    orders: dict[str, dict] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    ledger: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    trouble: str = ""
    address: str = ""

    def place(self, key: str, body: dict) -> tuple[int, dict]:
        with self.lock:
            if key in self.keys:
                return 200, self.orders[self.keys[key]]
            number = f"LA20261123{len(self.orders):03d}"
            amount = "1.00" if self.trouble == "price" else body["amount"]
            self.orders[number] = {
                **body,
                "amount": amount,
                "order_id": number,
                "phone_tail": "5566",
                "status": "unpaid",
                "created_at": "2026-11-23T12:00:00+08:00",
            }
            self.keys[key] = number
            return 201, self.orders[number]


_OTHER = {
    "order_id": "LA20261009999",
    "customer_id": "u-1",
    "status": "paid",
    "created_at": "2026-11-01T20:15:00+08:00",
    "items": [{"sku": "L-1", "quantity": 1}],
    "amount": "168.00",
    "currency": "CNY",
}


def _wrong(**cells: object) -> tuple[int, bytes]:
    return 200, json.dumps({**_OTHER, **cells}).encode()


TROUBLES = {
    "another order": _wrong(),
    "a number for an amount": _wrong(amount=168.0),
    "no items": _wrong(items=None),
    "an item that is none": _wrong(items=[{"sku": "L-1"}]),
    "an item that counts in words": _wrong(items=[{"sku": "L-1", "quantity": True}]),
    "time without offset": _wrong(created_at="2026-11-01T20:15:00"),
    "orders that are none": (200, b'{"orders": [1]}'),
    "500": (500, b"{}"),
    "401": (401, b"{}"),
    "redirect": (302, b"{}"),
    "html": (200, b"<html>"),
    "list": (200, b"[]"),
    "empty": (200, b""),
    "no order": (200, b'{"order_id": 1}'),
    "deep": (200, b"[" * 100_000),
    "no content": (204, b""),
}


class _Handler(BaseHTTPRequestHandler):
    shop: FakeShop

    def do_GET(self) -> None:
        shop = self.shop
        if self._refused():
            return
        match self.path.strip("/").split("/"):
            case ["api", "orders", number] if unquote(number) in shop.orders:
                self._answer(200, shop.orders[unquote(number)])
            case ["api", "customers", customer, "orders"]:
                mine = [o for o in shop.orders.values() if o["customer_id"] == unquote(customer)]
                everyone = list(shop.orders.values())
                self._answer(200, {"orders": everyone if shop.trouble == "leak" else mine})
            case _:
                self._answer(404, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._refused():
            self._answer(*self.shop.place(self.headers["Idempotency-Key"], body))

    def _refused(self) -> bool:
        self.shop.ledger.append(f"{self.command} {self.path}")
        if self.headers["Authorization"] != f"Bearer {KEY}":
            self._send(401, b"{}")
            return True
        if self.shop.trouble in TROUBLES:
            self._send(*TROUBLES[self.shop.trouble])
            return True
        if self.shop.trouble == "404":
            self._send(404, b"{}")
            return True
        if self.shop.trouble == "cut":
            self.close_connection = True
            return True
        return False

    def _answer(self, status: int, body: dict) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The ledger is the log."""


@contextmanager
def serving(shop: FakeShop):
    handler = type("Handler", (_Handler,), {"shop": shop})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    shop.address = f"http://127.0.0.1:{server.server_port}/api"
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
