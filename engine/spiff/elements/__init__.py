"""BPMN elements as SpiffWorkflow task specs: one file for each group.

A new element is one file here that registers its kinds with `registry.element`.
"""
