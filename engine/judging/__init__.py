"""Judging: six verdicts on every event of a case (docs/manual/evidence.md, 4).

It stands above evidence, forms, decisions and the token game, because a verdict asks
all of them; it reads no database and no clock.
"""
