"""Rules about event sub-processes (BPMN 2.0.2, 13.5.4)."""

from models_bpmn.importer.lint.look import Look


def event_sub_processes(look: Look) -> None:
    """One event begins an event sub-process, and nothing else leads into it."""
    for node in look.nodes():
        if not node.triggered:
            continue
        if node.incoming or node.outgoing:
            look.add("event-sub-process-flow", node.id)
        if node.multi_instance is not None or node.loop is not None:
            look.add("event-sub-process-loop", node.id)
