"""FEEL, the language of decision tables (DMN 1.5, clauses 9 and 10): read, evaluate.

It is not the safe language of `engine.expressions`, since a decision table means other
things by the same signs: a comparison with nothing is neither true nor false, numbers
are decimal, names hold blanks, and a wrong argument gives nothing instead of an error
(docs/adr/0009). The defence is the same: an allow-list, limits before the work, and a
budget that every step pays from.
"""
