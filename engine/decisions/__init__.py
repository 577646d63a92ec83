"""Decision tables (DMN 1.1 to 1.5): compile, check, evaluate.

`model` holds what was drawn, as plain records that `models_bpmn.decisions` reads from
XML. `compiler.compile` turns it into a `program.Program` or tells the flaws, `check`
looks at whole tables (overlaps, gaps), `evaluation.evaluate` makes a decision.
"""
