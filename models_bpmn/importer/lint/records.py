"""Rules about controlled procedures: every part that they must have is written.

A procedure with a code and a legal basis is a controlled one; the parts are those of
the decree on the control of procedures (63/2010/NĐ-CP, article 8) and of ISO 9001:2015,
7.5.
"""

from engine.domain.model import WORK, Facts
from models_bpmn.importer.lint.look import Look


def controlled(facts: Facts) -> bool:
    """Whether the procedure is a controlled one."""
    return bool(facts.code and facts.legal_basis)


def parts(look: Look) -> None:
    """A controlled procedure says its limit, documents, results and clauses."""
    facts = look.graph.facts
    if not controlled(facts):
        return
    written = {
        "limit": facts.limit,
        "document": facts.documents,
        "result": facts.results,
        "clause": facts.clauses,
        "retention": facts.retention,
    }
    missing = [f"qt:{name}" for name, value in written.items() if not value]
    if missing:
        look.add("facts-missing", look.graph.id, parts=", ".join(missing))


def evidence(look: Look) -> None:
    """Where steps of a controlled procedure name records or clauses, all of them do."""
    steps = list(look.nodes(*WORK))
    bare = [one for one in steps if not (one.work.record or one.work.clauses)]
    if controlled(look.graph.facts) and len(bare) < len(steps):
        for node in bare:
            look.add("record-missing", node.id)
