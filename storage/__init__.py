"""The database behind the ports of the engine; the only importer of SQLAlchemy."""

from storage import database, migrations


def migrate(url: str) -> None:
    """Bring the database of a URL to the schema of this release, with its guards.

    Raises:
        ConfigurationError: The URL names no database that we support.
    """
    engine = database.create_engine(url)
    try:
        migrations.upgrade(engine)
    finally:
        engine.dispose()
