"""What is a form and what is refused at upload, by component and reason."""

import json
from typing import Any

import pytest

from engine import errors, limits
from engine.forms import document as documents
from engine.forms import reading
from tests import effort
from tests.unit.engine.forms import build


def refusals(document: Any) -> list[tuple[str, str]]:
    """Return element and code of each finding."""
    with pytest.raises(errors.FormInvalidError) as caught:
        documents.compile(document)
    assert all(each.severity == "refusal" for each in caught.value.findings)
    assert all(each.message for each in caught.value.findings)
    return [(each.element, each.code) for each in caught.value.findings]


def test_a_form_keeps_what_a_page_needs() -> None:
    form = build.form(
        {"type": "text", "id": "Text_1", "text": "<script>alert(1)</script>"},
        build.component(
            "select",
            description="Theo Nghị quyết 1664/NQ-UBTVQH15",
            validate={"required": True},
            layout={"row": "Row_1", "columns": 8},
            properties={"qt:personal": "no", "other": "thing"},
            searchable=True,
        ),
        {"type": "separator", "id": "Line_1"},
        {"type": "spacer", "id": "Space_1", "height": 60},
    )
    assert [part.type for part in form.parts] == [
        "text",
        "select",
        "separator",
        "spacer",
    ]
    assert form.keys == ("x",)
    field = form.fields[0]
    assert field.required
    assert not field.personal
    assert (field.layout.row, field.layout.columns) == ("Row_1", 8)
    assert [(each.value, each.label) for each in field.options] == [
        ("qn", "Quy Nhơn"),
        ("pk", "Pleiku"),
    ]
    assert form.parts[0].text == "<script>alert(1)</script>"
    assert form.field("x") is field
    assert form.field("y") is None


def test_an_answer_is_personal_unless_the_form_says_no() -> None:
    assert build.form(build.component("textfield")).fields[0].personal


def test_markup_in_a_label_stays_plain_text() -> None:
    field = build.form(build.component("textfield", label="<b>Tên</b>")).fields[0]
    assert field.label == "<b>Tên</b>"


def test_the_hash_is_that_of_the_canonical_document() -> None:
    document = build.wrap(build.component("textfield"))
    bytes_ = json.dumps(document, indent=4, ensure_ascii=False).encode()
    turned = dict(reversed(document.items()))
    hashes = {documents.compile(each).hash for each in (document, bytes_, turned)}
    assert len(hashes) == 1
    changed = build.wrap(build.component("textfield", label="Tên"))
    assert documents.compile(changed).hash not in hashes


def test_the_built_in_form_asks_for_one_optional_comment() -> None:
    form = documents.comment_form()
    assert form.keys == ("comment",)
    field = form.fields[0]
    assert (field.type, field.required, field.personal) == ("textarea", False, True)
    assert field.name("vi") == "Ý kiến xử lý"
    assert field.name("en") == "Comment"
    assert documents.comment_form() is form


@pytest.mark.parametrize("version", [1, 9, 18, None])
def test_older_schema_versions_are_accepted(version: int | None) -> None:
    documents.compile(build.wrap(schemaVersion=version))


@pytest.mark.parametrize("version", [0, 19, "18", True, 1.5, [18]])
def test_other_schema_versions_are_refused(version: object) -> None:
    assert refusals(build.wrap(schemaVersion=version)) == [("", "schema-version")]


@pytest.mark.parametrize(
    "kind",
    [
        "html",
        "iframe",
        "image",
        "button",
        "taglist",
        "dynamiclist",
        "table",
        "expression",
        "documentPreview",
        "",
        "TextField",
        "__init__",
    ],
)
def test_other_component_types_are_refused_by_name(kind: str) -> None:
    with pytest.raises(errors.FormInvalidError) as caught:
        documents.compile(build.wrap({"type": kind, "id": "Field_z"}))
    (finding,) = caught.value.findings
    assert (finding.element, finding.code) == ("Field_z", "type-unsupported")
    assert kind in finding.message


@pytest.mark.parametrize(
    ("kind", "settings", "code"),
    [
        ("textfield", {"label": None}, "label-missing"),
        ("textfield", {"label": " "}, "label-missing"),
        ("textfield", {"label": "=ten"}, "property-invalid"),
        ("textfield", {"description": "{{ten}}"}, "property-invalid"),
        ("textfield", {"label": "a\x00"}, "document-invalid"),
        ("textfield", {"label": 5}, "property-invalid"),
        ("textfield", {"label": "a" * 501}, "property-invalid"),
        ("textfield", {"readonly": "=x"}, "property-invalid"),
        ("textfield", {"validate": {"required": "yes"}}, "property-invalid"),
        ("textfield", {"validate": {"minLength": -1}}, "property-invalid"),
        ("textfield", {"validate": {"minLength": 5, "maxLength": 4}}, "range-empty"),
        ("textfield", {"validate": {"min": 5}}, "property-unsupported"),
        ("textfield", {"validate": "required"}, "property-invalid"),
        ("textfield", {"validate": {"pattern": "(?=a)b"}}, "pattern-invalid"),
        ("textfield", {"validate": {"pattern": r"(a)\1"}}, "pattern-invalid"),
        ("textfield", {"validate": {"pattern": "["}}, "pattern-invalid"),
        ("textfield", {"validate": {"pattern": 5}}, "pattern-invalid"),
        ("textfield", {"validate": {"pattern": "(a{99}){99}"}}, "pattern-invalid"),
        ("textfield", {"validate": {"pattern": "a" * 501}}, "pattern-invalid"),
        ("textfield", {"validate": {"validationType": "iban"}}, "check-unknown"),
        ("textfield", {"properties": {"qt:check": "mst"}}, "check-unknown"),
        ("textfield", {"properties": {"qt:personnal": "no"}}, "property-unsupported"),
        ("textfield", {"properties": {"qt:personal": "maybe"}}, "property-invalid"),
        ("textfield", {"valuesExpression": "=x"}, "property-unsupported"),
        ("textfield", {"onclick": "alert(1)"}, "property-unsupported"),
        ("textfield", {"layout": {"columns": 17}}, "property-invalid"),
        ("textfield", {"defaultValue": ["a", "b"]}, "default-invalid"),
        ("textfield", {"defaultValue": {"a": 1}}, "default-invalid"),
        ("textfield", {"conditional": {"show": "=x"}}, "property-unsupported"),
        ("textarea", {"validate": {"pattern": "a"}}, "property-unsupported"),
        ("number", {"validate": {"min": 2, "max": 1}}, "range-empty"),
        ("number", {"validate": {"min": "=y"}}, "property-invalid"),
        ("number", {"validate": {"min": "--5"}}, "property-invalid"),
        ("number", {"validate": {"min": "²"}}, "property-invalid"),
        ("number", {"validate": {"max": float("inf")}}, "property-invalid"),
        ("number", {"validate": {"max": 10**5000}}, "property-invalid"),
        ("number", {"decimalDigits": 1.5}, "property-invalid"),
        ("number", {"decimalDigits": 11}, "property-invalid"),
        ("number", {"serializeToString": True}, "property-unsupported"),
        ("number", {"defaultValue": "1234.5"}, "default-invalid"),
        ("datetime", {"subtype": "time"}, "subtype-unsupported"),
        ("datetime", {"subtype": "datetime"}, "subtype-unsupported"),
        ("datetime", {"disallowPassedDates": True}, "property-unsupported"),
        ("radio", {"values": None}, "options-missing"),
        ("radio", {"values": []}, "options-missing"),
        ("radio", {"values": ["a"]}, "option-invalid"),
        ("radio", {"values": [{"label": "A"}]}, "option-invalid"),
        ("radio", {"values": [{"label": "A", "value": " a"}]}, "option-invalid"),
        ("radio", {"values": [{"value": "a", "x": 1}]}, "property-unsupported"),
        ("radio", {"values": [{"value": "a"}, {"value": "a"}]}, "option-twice"),
        ("radio", {"valuesKey": "danhsach"}, "property-unsupported"),
        ("radio", {"defaultValue": "la"}, "default-invalid"),
        ("checklist", {"valuesExpression": "=a"}, "property-unsupported"),
        ("checklist", {"defaultValue": ["la"]}, "default-invalid"),
        ("select", {"valuesKey": "a"}, "property-unsupported"),
        ("filepicker", {"accept": "pdf"}, "accept-invalid"),
        ("filepicker", {"multiple": "=x"}, "property-invalid"),
    ],
)
def test_what_we_do_not_carry_out_is_refused(
    kind: str, settings: dict[str, Any], code: str
) -> None:
    found = refusals(build.wrap(build.component(kind, **settings)))
    assert code in [each for _, each in found]
    assert {element for element, _ in found} <= {"Field_x", ""}


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("textfield", {"appearance": {"prefixAdorner": "Số"}}),
        ("textfield", {"validate": {"validationType": "custom", "minLength": "3"}}),
        ("textfield", {"validate": {"validationType": ""}}),
        ("textfield", {"defaultValue": ""}),
        ("textfield", {"valuesKey": ""}),
        ("textfield", {"conditional": {"hide": ""}}),
        ("textfield", {"layout": {"row": "Row_1", "columns": None}}),
        ("number", {"validate": {"min": "0.5", "max": -0.5 + 1}}),
        ("number", {"increment": "500"}),
        ("datetime", {"subtype": None}),
        ("datetime", {"dateLabel": None, "label": "Ngày cấp"}),
        ("radio", {"values": [{"value": "chỉ có giá trị"}]}),
        ("filepicker", {"accept": ".pdf, image/*,application/pdf", "multiple": True}),
    ],
)
def test_what_the_editor_writes_is_accepted(
    kind: str, settings: dict[str, Any]
) -> None:
    build.form(build.component(kind, **settings))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "_x",
        "__class__",
        "1a",
        "a-b",
        "a.b",
        "tên",
        "a b",
        "a" * 65,
        "and",
        "None",
        5,
    ],
)
def test_keys_are_plain_names(key: Any) -> None:
    component = build.component("textfield", "ok") | {"key": key}
    assert ("Field_ok", "key-invalid") in refusals(build.wrap(component))


def test_keys_and_ids_occur_once() -> None:
    twice = [build.component("textfield"), build.component("number")]
    assert set(refusals(build.wrap(*twice))) == {
        ("Field_x", "id-twice"),
        ("Field_x", "key-twice"),
    }


def test_a_component_without_id_is_named_by_its_key_or_place() -> None:
    form = build.form(
        build.component("textfield", id=None), {"type": "separator"}, {"type": "spacer"}
    )
    assert [part.id for part in form.parts] == ["x", "component-2", "component-3"]


def test_every_fault_is_told_at_once() -> None:
    found = refusals(
        build.wrap(
            build.component("textfield", "a", label=None),
            build.component("number", "b", validate={"min": 2, "max": 1}),
            build.component("radio", "c", values=None),
        )
    )
    assert [element for element, _ in found] == ["Field_a", "Field_b", "Field_c"]


def test_conditions_in_a_circle_are_refused() -> None:
    hide = [
        build.component("checkbox", key, conditional={"hide": f"={other}"})
        for key, other in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    found = refusals(build.wrap(*hide))
    assert [code for _, code in found] == ["condition-circle"]
    itself = build.component("checkbox", conditional={"hide": "=x"})
    assert refusals(build.wrap(itself)) == [("Field_x", "condition-circle")]


@pytest.mark.parametrize("hide", ["x = 1", "=khac = 1", "=x(", 5, {"a": 1}])
def test_a_condition_that_cannot_be_carried_out_names_its_component(
    hide: object,
) -> None:
    text = {"type": "text", "id": "Text_1", "conditional": {"hide": hide}}
    document = build.wrap(build.component("textfield"), text)
    assert refusals(document) == [("Text_1", "condition-invalid")]


def test_an_id_is_short() -> None:
    component = build.component("textfield", id="i" * 101)
    assert [code for _, code in refusals(build.wrap(component))] == ["id-invalid"]


def test_the_components_of_a_group_are_a_list() -> None:
    group = {"type": "group", "id": "G", "components": {"a": 1}}
    assert refusals(build.wrap(group)) == [("G", "property-invalid")]


def test_a_group_may_not_nest_its_values() -> None:
    group = {"type": "group", "id": "G", "path": "nguoi", "components": []}
    assert refusals(build.wrap(group)) == [("G", "property-unsupported")]


HOSTILE = {
    "empty": b"",
    "no JSON": b"<xml/>",
    "no object": b"[]",
    "a text": b'"x"',
    "not UTF-8": b"\xff\xfe{\x00}\x00",
    "huge": b'{"a": "' + b"a" * limits.UPLOAD_BYTES + b'"}',
    "deep list": b'{"components": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep object": b'{"a":' * 40 + b"1" + b"}" * 40,
    "member twice": b'{"type": "x", "type": "default", "components": []}',
    "NaN": b'{"type": "default", "components": [], "id": NaN}',
    "infinite": b'{"type": "default", "components": [], "id": 1e999}',
    "long number": b'{"type": "default", "components": [' + b"9" * 6000 + b"]}",
    "many values": b'{"components": [' + b"1," * 200_000 + b"1]}",
    "lone surrogate": b'{"type": "default", "id": "\\ud800", "components": []}',
    "control character": b'{"type": "default", "id": "\\u0000", "components": []}',
    "wrong type": b'{"type": "iframe", "components": []}',
    "no components": b'{"type": "default"}',
    "components no list": b'{"type": "default", "components": {"a": 1}}',
    "component no object": b'{"type": "default", "components": [1, null, []]}',
    "other members": b'{"type": "default", "components": [], "script": "x"}',
    "large integer": b'{"type": "default", "components": [], "id": 9007199254740993}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused(name: str) -> None:
    with effort.bounded():
        assert refusals(HOSTILE[name])


def test_a_hostile_object_is_refused_like_bytes() -> None:
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"components": [deep]}
    assert refusals(deep) == [("", "document-too-deep")]
    for other in (b"x", (1,), {1: 2}, {None}):
        assert refusals(build.wrap(build.component("textfield", id=other))) == [
            ("", "document-invalid")
        ]


def test_the_number_of_components_is_limited() -> None:
    most = [{"type": "separator", "id": f"L{n}"} for n in range(limits.FORM_COMPONENTS)]
    assert len(build.form(*most).parts) == limits.FORM_COMPONENTS
    most.append({"type": "separator", "id": "L"})
    assert refusals(build.wrap(*most)) == [("", "too-many-components")]


def test_groups_nest_only_so_deep() -> None:
    group: dict[str, Any] = {"type": "separator", "id": "L"}
    for n in range(reading.DEPTH):
        group = {"type": "group", "id": f"G{n}", "components": [group]}
    assert refusals(build.wrap(group)) == [("", "document-too-deep")]


def test_labels_of_findings_name_the_component_as_drawn() -> None:
    with pytest.raises(errors.FormInvalidError) as caught:
        build.form(build.component("radio", values=None))
    assert caught.value.findings[0].name == "Loại hồ sơ"
    assert caught.value.code == "form-invalid"
