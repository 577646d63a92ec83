"""Camunda 8: the zeebe extensions, all of them elements, expressions in FEEL."""

from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import reader, translation
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.dialects import common
from models_bpmn.importer.sheet import Sheet

SPACES: Final = ("http://camunda.org/schema/zeebe/1.0",)
_BINDINGS: Final = (
    "taskDefinition",
    "calledDecision",
    "script",
    "jobPriorityDefinition",
)
_EMBEDDED: Final = "camunda-forms:bpmn:"


def translate(sheet: Sheet) -> None:
    """Translate a sheet of Camunda 8."""
    forms = _forms(sheet)
    for element in common.elements(sheet):
        tag = reader.local(element)
        if tag in common.WORK:
            _work(element, sheet)
        if tag in {*common.WORK, "startEvent"}:
            _form(element, forms, sheet)
        if tag == "multiInstanceLoopCharacteristics":
            _loop(element, sheet)
        elif tag == "callActivity":
            _call(element, sheet)
        elif tag == "message":
            _message(element, sheet)
        elif tag in words.FLOW_NODES:
            _bindings(element, sheet)


def _forms(sheet: Sheet) -> dict[str, bytes]:
    """Form documents that stand in the process."""
    found = {}
    for element in sheet.root.iter(f"{{{SPACES[0]}}}userTaskForm"):
        found[element.get("id", "")] = reader.text_of(element).encode()
    return found


def _work(element: Element, sheet: Sheet) -> None:
    for one in common.extensions(element, SPACES, "assignmentDefinition"):
        groups, users = one.get("candidateGroups", ""), one.get("candidateUsers", "")
        common.performer(element, groups, one.get("assignee", "") or users, sheet)
        reader.remove(one)
    for one in common.extensions(element, SPACES, "taskSchedule"):
        common.limit(element, one.get("dueDate", ""), sheet)
        reader.remove(one)
    _bindings(element, sheet)


def _form(element: Element, forms: dict[str, bytes], sheet: Sheet) -> None:
    for one in common.extensions(element, SPACES, "formDefinition"):
        key = one.get("formKey", "") or one.get("formId", "")
        name = key.removeprefix(_EMBEDDED)
        if name in forms:
            common.attach(element, name, forms[name], sheet)
        else:
            sheet.note("form-elsewhere", sheet.place(element), form=key[:120])
        reader.remove(one)


def _loop(loop: Element, sheet: Sheet) -> None:
    for one in common.extensions(loop, SPACES, "loopCharacteristics"):
        given = {
            "collection": one.get("inputCollection", ""),
            "item": one.get("inputElement", ""),
            "output": one.get("outputCollection", ""),
            "outputItem": one.get("outputElement", ""),
        }
        common.loop_data(loop, given, sheet)
        reader.remove(one)


def _decision(element: Element, sheet: Sheet) -> None:
    """The decision that is called; its answer is the value that DMN gives."""
    for one in common.extensions(element, SPACES, "calledDecision"):
        decided, result = one.get("decisionId", ""), one.get("resultVariable", "")
        if not result or not common.decision(element, decided, result, sheet):
            continue
        names = ("bindingType", "versionTag")
        _version(one, element, "decision-version", sheet, *names)
        reader.remove(one)


def _version(
    called: Element, element: Element, code: str, sheet: Sheet, *names: str
) -> None:
    for name in names:
        value = called.get(name, "")
        if value:
            what = f"{name}={value}"[:80]
            sheet.note(code, sheet.place(element), what=what)


def _call(element: Element, sheet: Sheet) -> None:
    for one in common.extensions(element, SPACES, "calledElement"):
        process = one.get("processId", "")
        if process and not process.startswith("=") and not element.get("calledElement"):
            element.set("calledElement", process)
            common.bound(element, one.get("bindingType", ""), sheet)
            _version(one, element, "call-version", sheet, "versionTag")
        else:
            common.bind(element, [f"calledElement={process}"], sheet)
        reader.remove(one)


def _message(message: Element, sheet: Sheet) -> None:
    """The key by which a message finds its case."""
    for one in common.extensions(message, SPACES, "subscription"):
        text = one.get("correlationKey", "")
        made = translation.expression(text, "feel") if text else ""
        if not made:
            continue
        exchange = sheet.extension(message, "exchange")
        key = exchange.makeelement(
            f"{{{words.QT}}}key", {"name": "key", "expression": made}
        )
        exchange.append(key)
        reader.remove(one)
        sheet.note("key-mapped", sheet.place(message), text=text[:80])


def _bindings(element: Element, sheet: Sheet) -> None:
    said = []
    if reader.local(element) == "businessRuleTask":
        _decision(element, sheet)
    for one in common.extensions(element, SPACES, *_BINDINGS):
        parts = [f"{key}={value}" for key, value in reader.attributes(one)]
        said.append(f"{reader.local(one)} {', '.join(parts)}".strip())
        reader.remove(one)
    common.bind(element, said, sheet)
