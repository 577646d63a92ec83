"""A hundred thousand broken model files: `python -m tests.fuzz`.

`corpus` finds good files, `mutations` breaks them, the same way for the same seed and
number; `child` checks each as `quytrinh procedure check` and `decision check` do, in a
process with limits; `campaign` shares the work out and sums up.
"""
