"""From the components of a document to fields, in two passes.

The first pass flattens groups and finds the type of each component; the second reads
the settings and compiles conditions, which may name any field of the form.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.forms import conditions, feel, registry, source
from engine.forms.field import JSON, Field, Layout

_ID_CHARS: Final = 100
_COMMON: Final = frozenset({"type", "id", "properties", "conditional", "layout"})
_KEYED: Final = frozenset(
    {"key", "description", "defaultValue", "readonly", "disabled", "validate"}
    | {"appearance"},
)
_QT: Final = "qt:"
_QT_PROPERTIES: Final = frozenset(
    {"qt:personal", "qt:check", "qt:label-en", "qt:fact"},
)
_PERSONAL: Final[Mapping[str, bool]] = {"": True, "yes": True, "no": False}
_COLUMNS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A component whose type is known."""

    id: str
    type: str
    key: str
    behaviour: registry.ComponentType
    source: source.Source
    #: The groups around it, the innermost last.
    groups: tuple["Draft", ...]


def collect(document: Mapping[str, JSON], report: source.Report) -> list[Draft]:
    """Return every component in document order; refuse unknown types by name."""
    return list(_collect(document.get("components"), report, ()))


def finish(drafts: list[Draft], report: source.Report) -> tuple[Field, ...]:
    """Read the settings of every component."""
    kinds = {draft.key: draft.behaviour.kind for draft in drafts if draft.key}
    own: dict[str, tuple[conditions.Condition, ...]] = {}
    fields: list[Field] = []
    for draft in drafts:
        own[draft.id] = _condition(draft, kinds)
        around = (own.get(group.id, ()) for group in reversed(draft.groups))
        hide = own[draft.id] + tuple(each for group in around for each in group)
        before = len(report.findings)
        field = draft.behaviour.compile(_common(draft, hide), draft.source)
        if len(report.findings) == before:
            field = _with_default(draft, field)
        fields.append(field)
    return tuple(fields)


def _collect(
    listed: object, report: source.Report, groups: tuple[Draft, ...]
) -> Iterator[Draft]:
    for place, component in enumerate(listed if isinstance(listed, list) else (), 1):
        prefix = f"{groups[-1].id}." if groups else ""
        draft = _draft(component, f"{prefix}component-{place}", report, groups)
        if draft is None:
            continue
        yield draft
        if draft.behaviour.container:
            inner = draft.source.raw("components")
            if inner is not None and not isinstance(inner, list):
                draft.source.refuse("property-invalid", "components must be a list.")
            yield from _collect(inner, report, (*groups, draft))


def _draft(
    component: object, unnamed: str, report: source.Report, groups: tuple[Draft, ...]
) -> Draft | None:
    if not isinstance(component, Mapping):
        report.refuse(
            "document-invalid", "Each component must be an object.", element=unnamed
        )
        return None
    written = component.get("id") or component.get("key")
    element = written if isinstance(written, str) else unnamed
    reader = source.Source(component, report, element=element)
    if len(element) > _ID_CHARS or not source.printable(element, lines=False):
        reader.refuse("id-invalid", f"An id has at most {_ID_CHARS} characters.")
        return None
    name = component.get("type")
    behaviour = registry.types().get(name) if isinstance(name, str) else None
    if behaviour is None:
        known = ", ".join(registry.types())
        reader.refuse(
            "type-unsupported",
            f"The type {str(name)[:_ID_CHARS]} is not supported; use {known}.",
        )
        return None
    key = component.get("key") if behaviour.keyed else ""
    return Draft(
        id=element,
        type=str(name),
        key=key if isinstance(key, str) else "",
        behaviour=behaviour,
        source=reader,
        groups=groups,
    )


def _common(draft: Draft, hide: tuple[conditions.Condition, ...]) -> Field:
    """Return a field with the settings that every type shares."""
    reader, keyed = draft.source, draft.behaviour.keyed
    _check_properties(draft)
    rules, custom = reader.section("validate"), reader.section("properties")
    appearance = reader.section("appearance")
    label = reader.text(draft.behaviour.label_property) or reader.text("label")
    if keyed and not label:
        # WCAG 2.2, 3.3.2: every input has a label; messages name the field by it.
        reader.refuse("label-missing", "A field needs a label.")
    personal = custom.text("qt:personal")
    if personal not in _PERSONAL:
        reader.refuse("property-invalid", "qt:personal must be yes or no.")
    fact = custom.text("qt:fact") if keyed else ""
    if fact and personal == "yes":
        reader.refuse("property-invalid", "What qt:fact records is never personal.")
    return Field(
        id=draft.id,
        type=draft.type,
        key=draft.key,
        label=label,
        label_en=custom.text("qt:label-en"),
        description=reader.text("description", longest=source.TEXT_CHARS),
        required=rules.flag("required"),
        readonly=any([reader.flag("readonly"), reader.flag("disabled")]),
        personal=_PERSONAL.get(personal, True) and not fact,
        fact=fact,
        layout=_layout(reader),
        group=draft.groups[-1].id if draft.groups else "",
        hide=hide,
        prefix=appearance.text("prefixAdorner"),
        suffix=appearance.text("suffixAdorner"),
    )


def _check_properties(draft: Draft) -> None:
    reader, behaviour = draft.source, draft.behaviour
    allowed = _COMMON | behaviour.properties | {"label"}
    reader.only(allowed | _KEYED if behaviour.keyed else allowed)
    reader.section("validate").only(behaviour.rules)
    reader.section("conditional").only(frozenset({"hide"}))
    reader.section("appearance").only(frozenset({"prefixAdorner", "suffixAdorner"}))
    custom = reader.raw("properties")
    for name in custom if isinstance(custom, Mapping) else ():
        # Properties of other tools are theirs; a misspelt one of ours is a fault.
        if name.startswith(_QT) and name not in _QT_PROPERTIES:
            reader.refuse("property-unsupported", f"There is no property {name[:100]}.")


def _layout(reader: source.Source) -> Layout:
    layout = reader.section("layout")
    columns = layout.count("columns")
    if columns is not None and not 1 <= columns <= _COLUMNS:
        reader.refuse("property-invalid", f"layout.columns is 1 to {_COLUMNS}.")
    return Layout(layout.text("row"), columns)


def _condition(
    draft: Draft, kinds: Mapping[str, str]
) -> tuple[conditions.Condition, ...]:
    written = draft.source.section("conditional").raw("hide")
    if written is None or written == "":
        return ()
    try:
        return (conditions.compile(written, kinds),)
    except feel.FeelError as error:
        draft.source.refuse(
            "condition-invalid", f"The condition to hide cannot be used: {error}."
        )
        return ()


def _with_default(draft: Draft, field: Field) -> Field:
    """Check the default like an answer: it stands in the input at first."""
    written = draft.source.raw("defaultValue")
    if not draft.behaviour.keyed or written is None or written in ("", []):
        return field
    try:
        items = registry.items(written)
        return replace(field, default=draft.behaviour.parse(field, items))
    except registry.RefusedError as error:
        draft.source.refuse(
            "default-invalid", f"The default value breaks a rule: {error.code}."
        )
        return field
