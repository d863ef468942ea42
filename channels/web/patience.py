"""A database that cannot be reached is no fault of who asks: he is told to come again."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError

AWAY = (SQLAlchemyError, OSError)
_logger = logging.getLogger(__name__)


class PatientRoute(APIRoute):
    """A route that answers 503 while the database is away, and says so once a request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route as it is, with that answer around it."""
        inner = super().get_route_handler()

        async def patient(request: Request) -> Response:
            try:
                return await inner(request)
            except AWAY as error:
                _logger.error("%s: the database is away: %s", request.url.path, error)
                detail = {"code": "unavailable", "message": "Please try again in a moment."}
                return JSONResponse({"detail": detail}, 503, {"Retry-After": "2"})

        return patient
