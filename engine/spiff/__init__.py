"""SpiffWorkflow runs the tokens: the only part that imports it.

`runtime` is the door (port `engine.ports.Runtime`), `loader` builds SpiffWorkflow's
specs from our model, `token` and `case` are its tasks and workflows, `codec` writes a
case as bytes, `elements` holds one file for each group of BPMN elements.
"""
