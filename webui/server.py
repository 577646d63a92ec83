"""The server: waitress with the pages, and the worker beside it.

Logs are JSON lines on stderr, one event each, with the id of the request that it
belongs to.
"""

import logging
import os
import signal
import sys
from types import FrameType
from typing import Any, Final, NoReturn, cast

import flask
import structlog
import waitress

from engine.errors import ConfigurationError
from webui import (
    app,
    config,
    context,
    daily_check,
    demo_data,
    erasures,
    sequencing,
    worker,
)

#: Threads that answer requests; each holds at most one connection to the database.
THREADS: Final = 8
_log = structlog.get_logger(__name__)


def serve(
    application: context.Application, host: str = "", port: int | None = None
) -> None:
    """Serve until SIGTERM or Ctrl-C; then finish what is on its way and come back.

    Raises:
        ConfigurationError: A variable of the environment does not fit, or nothing can
            listen on the address.
    """
    settings = config.from_environment(os.environ, host=host, port=port)
    log_as_json()
    made = app.create_app(application, settings)
    server = _listen(made, settings)
    signal.signal(signal.SIGTERM, _leave)
    erased = erasures.repeat(cast("erasures.Keeps", application))
    if erased:
        _log.warning("erased again after a restore", values=erased)
    background = worker.Worker(application)
    with sequencing.signing(settings.data) as signer:
        log = sequencing.Sequencing(application, signer)
        daily = daily_check.DailyCheck(application, settings.data)
        background.start()
        log.start()
        daily.start()
        announce(settings)
        try:
            server.run()
        finally:
            daily.stop()
            background.stop()
            # Last, so that what the worker did has its place, too.
            log.stop()
            _log.info("stopped")


def _listen(made: flask.Flask, settings: config.Config) -> Any:
    """Take the address, before anything runs in the background."""
    try:
        return waitress.create_server(
            made.wsgi_app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="",
            # A form with its attachments, and a little for what surrounds them.
            max_request_body_size=app.BODY + app.BODY // 16,
            clear_untrusted_proxy_headers=not settings.proxies,
        )
    except (OSError, OverflowError, ValueError) as error:
        told = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ConfigurationError(
            f"Nothing can listen on {settings.host}:{settings.port}:"
            f" {told.rstrip('.')}. Name another address with --host or --port."
        ) from error


def announce(settings: config.Config) -> None:
    """Print the address, and the accounts of a demonstration."""
    print(f"Quytrinh: http://{settings.host}:{settings.port}", flush=True)  # noqa: T201 - for whoever starts it
    if settings.demo:
        logins = " ".join(each["login"] for each in demo_data.shown().accounts)
        print(f"Demo: {logins}\nMật khẩu: {demo_data.PASSWORD}", flush=True)  # noqa: T201 - for whoever starts it


def log_as_json() -> None:
    """Write our logs and those of libraries as JSON lines on stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=structlog.processors.JSONRenderer(ensure_ascii=False),
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _leave(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the signature of handlers
    """End the main loop: waitress closes its sockets and waits for its threads."""
    raise SystemExit(0)
