"""The written BPMN conformance suite: the oracle of both interpreters."""
