"""The database behind the ports of the engine; the only importer of SQLAlchemy."""
