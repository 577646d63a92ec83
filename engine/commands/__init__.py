"""Use cases: one file per command, each a frozen record and a `handle`.

A handler reads and writes through the unit of work it is given, raises an `EngineError`
to refuse, and returns plain JSON values that are stored as the answer to the command's
idempotency key.
"""
