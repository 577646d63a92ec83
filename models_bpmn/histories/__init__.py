"""Histories that another system kept: XES, CSV and XLSX files, read and mapped.

`reading.read` makes a `Table` of whatever the file is; `mapping` says which column and
label means what; `cases.gather` makes the cases that `engine.conformance.foreign`
measures against a model. No row is dropped: one that cannot be used is a `Problem`.
"""
