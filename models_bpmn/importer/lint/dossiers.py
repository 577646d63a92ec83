"""Rules about what the drawing records of the dossier: results and endings.

Docs/manual/dossiers.md, rule 7, says what is recorded; `engine.forms.facts` which
answers may be.
"""

import re
from collections import Counter
from typing import Final

from engine.domain import dossier_record
from engine.domain.model import WORK, NodeKind, is_work
from engine.forms import facts
from engine.forms.field import Field
from engine.forms.form import Form
from models_bpmn.importer.lint.look import Look

#: How ways and ends that refuse are called, in Vietnamese and English.
_REFUSES: Final = re.compile(
    r"\b(từ chối|không đủ điều kiện|không chấp thuận|không giải quyết|không cấp"
    r"|refus(e|es|ed|al)|reject(s|ed|ion)?|declin(e|es|ed))\b",
    re.IGNORECASE,
)
_REFUSED: Final = "refused"
_KNOWN: Final = ", ".join(facts.FACTS)


def recorded(look: Look) -> None:
    """The facts of a form are known, told once, whole, and by fields of their types."""
    start = look.graph.facts.start_form
    steps = {node.id: node.work.form for node in look.nodes() if is_work(node)}
    for element, name in {**steps, look.graph.id: start}.items():
        form = look.compiled.get(name)
        if form is not None and any(one.fact for one in form.fields):
            _form(look, element, form, name)
    form = look.compiled.get(start)
    if form is not None and facts.named(form):
        look.add("fact-idle", look.graph.id, form=start)


def _form(look: Look, element: str, form: Form, name: str) -> None:
    told = Counter(one.fact for one in form.fields if one.fact)
    for one in form.fields:
        types = facts.FACTS.get(one.fact, ())
        words = {"form": name, "field": one.label, "fact": one.fact[:80]}
        if one.fact and not types:
            look.add("fact-unknown", element, **words, known=_KNOWN)
        elif one.fact and not _fits(one):
            look.add("fact-field", element, **words, types=_types(one.fact))
    for fact, times in told.items():
        if times > 1:
            look.add("fact-twice", element, form=name, fact=fact[:80])
    lacking = [one for one in facts.NEEDED if one not in told]
    if any(one.startswith("result.") for one in told) and lacking:
        look.add("fact-incomplete", element, form=name, lacking=", ".join(lacking))


def _fits(field: Field) -> bool:
    """Whether the answers of a field can be the fact that it names."""
    if field.type not in facts.FACTS[field.fact] or field.readonly or field.multiple:
        return False
    ways = {one.value for one in field.options}
    return field.fact != facts.HOW or ways <= {*dossier_record.WAYS}


def _types(fact: str) -> str:
    types = ", ".join(facts.FACTS[fact])
    return f"{types} ({', '.join(dossier_record.WAYS)})" if fact == facts.HOW else types


def taken_back(look: Look) -> None:
    """A step that says the ending is not gone back behind on a way to a plain end."""
    for node in look.nodes(*WORK):
        if not node.ending:
            continue
        after = look.reached(look.after(node))
        plain = [
            one
            for one in after
            if look.graph.nodes[one].kind is NodeKind.END_EVENT
            and not look.graph.nodes[one].ending
        ]
        if node.id in after and plain:
            ends = ", ".join(look.label(one) for one in sorted(plain)[:3])
            look.add("ending-in-loop", node.id, ending=node.ending, ends=ends)


def refusals(look: Look) -> None:
    """A procedure that may refuse says at which end it has refused."""
    graph = look.graph
    if not graph.facts.code or any(one.ending == _REFUSED for one in look.nodes()):
        return
    names = [
        graph.flows[flow].name
        for node in look.nodes(NodeKind.EXCLUSIVE_GATEWAY)
        for flow in node.outgoing
        if flow in graph.flows
    ]
    names += [node.name for node in look.nodes(NodeKind.END_EVENT)]
    found = [one for one in dict.fromkeys(names) if _REFUSES.search(one)]
    if found:
        shown = ", ".join(f"“{one}”" for one in found[:3])
        look.add("refusal-without-ending", graph.id, choices=shown)
