"""`quytrinh serve`, `init` and `setup-web`: an installation."""

import click

from webui import bootstrap, demo, frontend_build
from webui import server as serving


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the pages, with the background work (timers, continuations)."""
    serving.serve(bootstrap.build(), host, port)


@click.command()
@click.option("--demo", "with_demo", is_flag=True, help="Add the demo organisation.")
def init(*, with_demo: bool) -> None:
    """Create or upgrade the database. Running it again changes nothing."""
    url = bootstrap.database_url()
    bootstrap.migrate(url)
    app = bootstrap.build(url)
    try:
        if with_demo:
            demo.install_demo(app)
    finally:
        app.close()


@click.command("setup-web")
def setup_web() -> None:
    """Build the scripts and styles of the pages."""
    frontend_build.build()
