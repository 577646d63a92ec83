"""The server: waitress with the pages, and the worker beside it.

Logs are JSON lines on stderr, one event each, with the id of the request that it
belongs to.
"""

import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any, Final, NoReturn, cast

import flask
import structlog
import waitress

from engine.errors import ConfigurationError
from webui import (
    app,
    background,
    config,
    context,
    daily_check,
    demo_data,
    erasures,
    exporting,
    notice_config,
    postman,
    sequencing,
    worker,
)
from webui.jobs import runner

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
    outgoing = notice_config.from_environment(os.environ, settings)
    log_as_json()
    made = app.create_app(application, settings)
    server = _listen(made, settings)
    signal.signal(signal.SIGTERM, _leave)
    erased = erasures.repeat(cast("erasures.Keeps", application))
    if erased:
        _log.warning("erased again after a restore", values=erased)
    with sequencing.signing(settings.data) as signer:
        beside = (
            daily_check.DailyCheck(application, settings.data),
            *_workers(application, outgoing),
            # Ends last, so that what the others did has its place, too.
            sequencing.Sequencing(application, signer),
        )
        for one in beside:
            one.start()
        announce(settings)
        try:
            server.run()
        finally:
            for one in beside:
                one.stop()
            _log.info("stopped")


def work(application: context.Application) -> None:
    """Do what a server does in the background, without pages, until SIGTERM."""
    settings = config.from_environment(os.environ)
    outgoing = notice_config.from_environment(os.environ, settings)
    log_as_json()
    signal.signal(signal.SIGTERM, _leave)
    beside = _workers(application, outgoing)
    for one in beside:
        one.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        _log.info("interrupted")
    finally:
        for one in beside:
            one.stop()
        _log.info("stopped")


def _workers(
    application: context.Application, outgoing: notice_config.Outgoing
) -> tuple[background.Background, ...]:
    """Due cases and letters; long work; notices."""
    long = cast("exporting.Application", application)
    return (
        worker.Worker(application),
        runner.Runner(long),
        postman.Postman(application, outgoing),
    )


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
