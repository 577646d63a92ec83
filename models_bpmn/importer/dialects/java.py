"""The family of engines that grew out of Activiti: attributes and elements they share.

Camunda 7, Operaton, Flowable and Activiti write the same things in namespaces of their
own; what only one of them writes stands in its own file.
"""

from collections.abc import Sequence
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer.dialects import common
from models_bpmn.importer.sheet import Sheet

#: What names code or an outside worker that the other engine would have called.
BINDINGS: Final = (
    *("class", "expression", "delegateExpression", "type", "topic", "decisionRef"),
    *("resultVariable", "resultVariableName", "mapDecisionResult", "triggerable"),
    *("decisionRefBinding", "decisionRefVersion", "resource", "useLocalScopeForResult"),
    *("operationRef", "rules", "ruleVariablesInput", "autoStoreVariables", "jobTopic"),
    *("caseRef", "processRef", "taskPriority", "storeResultVariableAsTransient"),
)
_BOUND: Final = frozenset(
    {"serviceTask", "sendTask", "businessRuleTask", "scriptTask", "task", "receiveTask"}
)
_FIELDS: Final = ("field", "connector")


def translate(sheet: Sheet, spaces: Sequence[str]) -> None:
    """Translate what the family shares."""
    for element in common.elements(sheet):
        tag = reader.local(element)
        if tag in common.WORK:
            _work(element, spaces, sheet)
        if tag in _BOUND or tag == "messageEventDefinition":
            _bindings(element, spaces, sheet)
        if tag == "multiInstanceLoopCharacteristics":
            given = {
                "collection": common.taken(element, spaces, "collection"),
                "item": common.taken(element, spaces, "elementVariable"),
            }
            common.loop_data(element, given, sheet)
        if tag == "callActivity":
            _call(element, spaces, sheet)
        if tag in {*common.WORK, "startEvent"}:
            _form(element, spaces, sheet)


def _work(element: Element, spaces: Sequence[str], sheet: Sheet) -> None:
    groups = common.taken(element, spaces, "candidateGroups")
    person = common.taken(element, spaces, "assignee")
    users = common.taken(element, spaces, "candidateUsers")
    common.performer(element, groups, person or users, sheet)
    common.limit(element, common.taken(element, spaces, "dueDate"), sheet)


def _bindings(element: Element, spaces: Sequence[str], sheet: Sheet) -> None:
    said = []
    for name in BINDINGS:
        value = common.taken(element, spaces, name)
        if value:
            said.append(f"{name}={value}")
    for one in common.extensions(element, spaces, *_FIELDS):
        said.append(f"{reader.local(one)} {one.get('name', '')}".strip())
        reader.remove(one)
    owner = (
        element.getparent() if reader.local(element).endswith("Definition") else None
    )
    common.bind(element if owner is None else owner, said, sheet)


def _call(element: Element, spaces: Sequence[str], sheet: Sheet) -> None:
    """Data are shared with a called procedure: the same name on both sides says so."""
    for one in common.extensions(element, spaces, "in", "out"):
        same = one.get("source") and one.get("source") == one.get("target")
        if same or one.get("variables") == "all" or one.get("businessKey"):
            reader.remove(one)
            sheet.note("call-data-shared", sheet.place(element))
    binding = common.taken(element, spaces, "calledElementBinding")
    if common.taken(element, spaces, "sameDeployment") == "false":
        binding = "latest"
    common.bound(element, binding, sheet)
    for name in ("calledElementVersion", "inheritVariables"):
        value = common.taken(element, spaces, name)
        if value:
            sheet.note(
                "call-version", sheet.place(element), what=f"{name}={value}"[:80]
            )


def _form(element: Element, spaces: Sequence[str], sheet: Sheet) -> None:
    key = common.taken(element, spaces, "formKey")
    key = key or common.taken(element, spaces, "formRef")
    if key:
        sheet.note("form-elsewhere", sheet.place(element), form=key[:120])
    fields: list[common.Field] = []
    for data in common.extensions(element, spaces, "formData"):
        fields += [_field(one) for one in data if reader.local(one) == "formField"]
        reader.remove(data)
    for one in common.extensions(element, spaces, "formProperty"):
        fields.append(_field(one))
        reader.remove(one)
    common.form(element, fields, sheet)


def _field(one: Element) -> common.Field:
    inside = [(reader.local(part), part) for part in one.iter()]
    rules = {part.get("name", "") for name, part in inside if name == "constraint"}
    return common.Field(
        key=one.get("id", ""),
        label=reader.words(one.get("label", "") or one.get("name", "")),
        kind=one.get("type", "string"),
        required=one.get("required") == "true" or "required" in rules,
        readonly=one.get("writable") == "false" or "readonly" in rules,
        options=[
            (
                part.get("id", ""),
                reader.words(part.get("name", "")) or part.get("id", ""),
            )
            for name, part in inside
            if name == "value" and part.get("id")
        ],
    )
