"""Make the XSD and the moddle descriptor from `source`.

`python -m models_bpmn.schema.generate` writes both files beside this one.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from models_bpmn.schema import source
from models_bpmn.schema.source import Attribute, Element, Kind

FOLDER: Final = Path(__file__).parent
XSD: Final = "quytrinh.xsd"
MODDLE: Final = "quytrinh.moddle.json"

_XSD_TYPES: Final = {
    Kind.TEXT: "xs:string",
    Kind.SHORT: "qt:short",
    Kind.CODE: "qt:code",
    Kind.COUNT: "xs:positiveInteger",
    Kind.AMOUNT: "xs:nonNegativeInteger",
    Kind.HOUR: "qt:hour",
    Kind.NAME: "qt:name",
    Kind.EXPRESSION: "xs:string",
    Kind.REFERENCE: "xs:NCName",
}
_SIMPLE_TYPES: Final = """\
  <xs:simpleType name="short">
    <xs:restriction base="xs:string"><xs:maxLength value="30"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="code">
    <xs:restriction base="xs:string">
      <xs:pattern value="[\\p{L}\\p{N}][\\w_.\\-]{0,99}"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="hour">
    <xs:restriction base="xs:string">
      <xs:pattern value="([01][0-9]|2[0-3]):[0-5][0-9]"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="name">
    <xs:restriction base="xs:string">
      <xs:pattern value="[\\i-[:_]][\\w_]*"/>
    </xs:restriction>
  </xs:simpleType>
"""


def xsd() -> str:
    """The XML schema of the extension (XSD 1.0)."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        "<!-- Made by models_bpmn.schema.generate; change source.py instead. -->\n",
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"\n',
        f'    xmlns:qt="{source.NAMESPACE}" targetNamespace="{source.NAMESPACE}"\n',
        '    elementFormDefault="qualified">\n',
        _SIMPLE_TYPES,
        *(line for element in source.ELEMENTS for line in _xsd_element(element)),
        *(
            line
            for one in (*source.LOOP, *source.CALL, *source.CLOCK, *source.ENDING)
            for line in _xsd_attribute(one, "  ")
        ),
        "</xs:schema>\n",
    ]
    return "".join(parts)


def moddle() -> str:
    """The moddle descriptor that the designer's editor reads."""
    descriptor = {
        "name": "Quytrinh",
        "uri": source.NAMESPACE,
        "prefix": source.PREFIX,
        "xml": {"tagAlias": "lowerCase"},
        "types": [
            *(_moddle_type(one) for one in source.ELEMENTS),
            _moddle_extended("LoopData", (source.LOOP_HOST,), source.LOOP),
            _moddle_extended("CallData", (source.CALL_HOST,), source.CALL),
            _moddle_extended("ClockData", source.CLOCK_TYPES, source.CLOCK),
            _moddle_extended("EndingData", source.ENDING_TYPES, source.ENDING),
        ],
        "enumerations": [],
        "associations": [],
    }
    return json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"


def _xsd_element(element: Element) -> Iterator[str]:
    yield f'  <xs:element name="{element.name}">\n'
    yield f"    {_xsd_about(element.about)}\n"
    yield "    <xs:complexType>\n"
    if element.text:
        yield '      <xs:simpleContent><xs:extension base="xs:string"/>'
        yield "</xs:simpleContent>\n"
    if element.children:
        yield '      <xs:choice minOccurs="0" maxOccurs="unbounded">\n'
        for child in element.children:
            yield f'        <xs:element ref="qt:{child}"/>\n'
        yield "      </xs:choice>\n"
    for attribute in element.attributes:
        yield from _xsd_attribute(attribute, "      ")
    yield "    </xs:complexType>\n  </xs:element>\n"


def _xsd_attribute(attribute: Attribute, indent: str) -> Iterator[str]:
    use = ' use="required"' if attribute.required else ""
    about = _xsd_about(attribute.about)
    if attribute.kind is not Kind.CHOICE:
        yield f'{indent}<xs:attribute name="{attribute.name}"'
        yield f' type="{_XSD_TYPES[attribute.kind]}"{use}>\n{indent}  {about}\n'
    else:
        yield f'{indent}<xs:attribute name="{attribute.name}"{use}>\n'
        yield f"{indent}  {about}\n"
        yield f'{indent}  <xs:simpleType><xs:restriction base="xs:string">\n'
        for word in attribute.choices:
            yield f"{indent}    <xs:enumeration value={quoteattr(word)}/>\n"
        yield f"{indent}  </xs:restriction></xs:simpleType>\n"
    yield f"{indent}</xs:attribute>\n"


def _xsd_about(text: str) -> str:
    return (
        "<xs:annotation><xs:documentation>"
        f"{escape(text)}</xs:documentation></xs:annotation>"
    )


def _moddle_type(element: Element) -> dict[str, object]:
    properties = [_moddle_attribute(one) for one in element.attributes]
    if element.text:
        properties.append({"name": "text", "type": "String", "isBody": True})
    properties.extend(_moddle_child(source.BY_NAME[one]) for one in element.children)
    made: dict[str, object] = {
        "name": _type_name(element.name),
        "description": element.about,
        "superClass": ["Element"],
    }
    if element.hosts:
        allowed = [f"bpmn:{_type_name(host)}" for host in element.hosts]
        made["meta"] = {"allowedIn": allowed}
    return {**made, "properties": properties}


def _moddle_attribute(attribute: Attribute) -> dict[str, object]:
    number = attribute.kind in {Kind.COUNT, Kind.AMOUNT}
    made: dict[str, object] = {
        "name": attribute.name,
        "description": attribute.about,
        "isAttr": True,
        "type": "Integer" if number else "String",
    }
    if attribute.choices:
        # moddle has no closed words for attributes; the designer's panel offers these.
        made["meta"] = {"choices": list(attribute.choices)}
    return made


def _moddle_child(element: Element) -> dict[str, object]:
    made: dict[str, object] = {
        # A list must not take the name of an attribute; BPMN's own plural is "s".
        "name": f"{element.name}s" if element.many else element.name,
        "type": _type_name(element.name),
    }
    return {**made, "isMany": True} if element.many else made


def _moddle_extended(
    name: str, hosts: tuple[str, ...], attributes: tuple[Attribute, ...]
) -> dict[str, object]:
    return {
        "name": name,
        "extends": [f"bpmn:{_type_name(host)}" for host in hosts],
        "properties": [_moddle_attribute(one) for one in attributes],
    }


def _type_name(name: str) -> str:
    return name[0].upper() + name[1:]


def write(folder: Path = FOLDER) -> None:
    """Write both files into `folder`."""
    (folder / XSD).write_text(xsd(), encoding="utf-8")
    (folder / MODDLE).write_text(moddle(), encoding="utf-8")


if __name__ == "__main__":
    write()
