"""The oracle of both interpreters: docs/manual/semantics.md, act by act."""
