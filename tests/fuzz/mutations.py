"""Ways to break a model file; the same seed and number give the same file."""

import copy
import io
import random
import re
import zipfile
from collections.abc import Callable
from typing import Final

from lxml import etree

from engine import limits
from tests.fuzz.corpus import Corpus

Element = etree._Element
#: What an upload may be, so that one byte more is tried as well.
_ROOM: Final = limits.UPLOAD_BYTES
_BYTES: Final = (
    *(b"\x00", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3", b"\r\n", b"\x1a"),
    *(b"<", b">", b"&", b'"', b"'", b"]]>", b"<![CDATA[", b"<!--", b"--", b"-->"),
    *(
        b"<?xml?>",
        b"<?pi ?>",
        b"&amp;lt;",
        b"&lol;",
        b"&#0;",
        b"&#x10FFFF;",
        b"&#xD800;",
    ),
    *(b"<!DOCTYPE a>", b'<!ENTITY x "y">', b"xmlns=", b' xmlns:bpmn="urn:x"', b"/>"),
    *(
        b' id="a"',
        b' id=""',
        b' name="\xe1\xbb\x87"',
        b"\xe2\x80\xae",
        b"\xcc\x81" * 300,
    ),
)
_VALUES: Final = (
    *("", " ", "a", "0", "-1", "1", "true", "false", "null", "#", "#a", ":", "a:b"),
    *("9" * 5, "9" * 30, "9" * 400, "1e999", "-0.0", "NaN", "0x10", "1_000", "²"),
    *("PT1H", "P9999999999Y", "PT0S", "R/PT1S", "R99999999999/PT1S", "P1Y2M3DT4H5M6S"),
    *("2024-02-30", "9999-12-31T23:59:59Z", "0000-00-00", "R3/2024-01-01/P1D"),
    *("${x}", "${x.y(z)}", "#{a}", "=x", "= if a then b else c", "{{x}}", "__class__"),
    *("(" * 300, "[" * 300, "not " * 300, "a+" * 300 + "a", "x." * 300 + "x"),
    *("'" * 301, '"' * 301, "\u202e", "ệ" * 300, "\u0000".join(()), "\U0001f600" * 50),
    *("x" * 4_097, "0" * 5_000, "UNIQUE", "COLLECT", "a" * 1_001, "x == 'a' and y > 3"),
)
_TAGS: Final = (
    *("task", "userTask", "serviceTask", "scriptTask", "callActivity", "subProcess"),
    *("adHocSubProcess", "transaction", "startEvent", "endEvent", "boundaryEvent"),
    *("intermediateCatchEvent", "intermediateThrowEvent", "exclusiveGateway"),
    *("inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"),
    *("timerEventDefinition", "errorEventDefinition", "linkEventDefinition", "process"),
    *("compensateEventDefinition", "signalEventDefinition", "sequenceFlow", "laneSet"),
    *("lane", "collaboration", "participant", "messageFlow", "dataObjectReference"),
    *("decision", "decisionTable", "rule", "inputEntry", "outputEntry", "input"),
    *(
        "literalExpression",
        "context",
        "invocation",
        "itemDefinition",
        "text",
        "nothing",
    ),
    *(
        "choreography",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
    ),
)
_NAMESPACES: Final = (
    *(b"http://www.omg.org/spec/BPMN/20100524/MODEL", b"http://www.omg.org/bpmn20"),
    *(
        b"http://schema.omg.org/spec/BPMN/2.0",
        b"urn:x",
        b"",
        b"http://www.omg.org/spec/",
    ),
    *(b"http://www.omg.org/spec/DMN/20151101/dmn.xsd", b"http://activiti.org/bpmn"),
    *(
        b"https://www.omg.org/spec/DMN/20230324/MODEL/",
        b"http://camunda.org/schema/1.0/bpmn",
    ),
)
_ENCODINGS: Final = (
    *("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1"),
    *("cp1252", "gbk", "shift_jis", "utf-7", "cp037"),
)
_LAUGHS: Final = (
    b'<!DOCTYPE d [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    + b"]>"
)


def mutant(files: Corpus, seed: int, number: int) -> tuple[str, bytes]:
    """The language and bytes of one mutant."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - repeatable, not secret
    language = "dmn" if chance.random() < 0.25 else "bpmn"
    seeds = files.dmn if language == "dmn" else files.bpmn
    content = chance.choice(seeds)
    if chance.random() < 0.7:
        content = _tree(content, chance)
    if chance.random() < 0.5:
        for _ in range(chance.choice((1, 1, 2, 5))):
            content = chance.choice(_ON_BYTES)(content, chance, seeds)
    return language, content[: _ROOM + 1]


# On the tree: the XML stays well-formed, so that the mutant reaches behind the parser.


def _tree(content: bytes, chance: random.Random) -> bytes:
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return content
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        elements = list(root.iter("*"))
        chance.choice(_ON_TREES)(elements, chance)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _attribute_gone(elements: list[Element], chance: random.Random) -> None:
    one = chance.choice(elements)
    if one.attrib:
        del one.attrib[chance.choice(list(one.attrib))]


def _attribute_changed(elements: list[Element], chance: random.Random) -> None:
    one = chance.choice(elements)
    if one.attrib:
        one.set(chance.choice(list(one.attrib)), chance.choice(_VALUES))


def _attribute_pointed(elements: list[Element], chance: random.Random) -> None:
    """A reference to something else, or an id that is there twice."""
    one, other = chance.choice(elements), chance.choice(elements)
    if one.attrib:
        one.set(chance.choice(list(one.attrib)), other.get("id", "id"))


def _attribute_borrowed(elements: list[Element], chance: random.Random) -> None:
    one, other = chance.choice(elements), chance.choice(elements)
    if other.attrib:
        name = chance.choice(list(other.attrib))
        one.set(name, other.get(name, ""))


def _element_gone(elements: list[Element], chance: random.Random) -> None:
    one = chance.choice(elements)
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _element_doubled(elements: list[Element], chance: random.Random) -> None:
    one = chance.choice(elements)
    parent = one.getparent()
    size = sum(1 for _ in one.iter())
    times = chance.choice((1, 1, 1, 3, 30, 1_000))
    if parent is not None and size * times + len(elements) < 4_000:
        for _ in range(times):
            parent.append(copy.deepcopy(one))


def _element_moved(elements: list[Element], chance: random.Random) -> None:
    one, other = chance.choice(elements), chance.choice(elements)
    if one is not other and one not in other.iterancestors():
        other.insert(chance.randint(0, len(other)), one)


def _element_renamed(elements: list[Element], chance: random.Random) -> None:
    one = chance.choice(elements)
    space = str(one.tag).rpartition("}")[0]
    tag = chance.choice(_TAGS)
    one.tag = f"{space}}}{tag}" if space else tag


def _text_changed(elements: list[Element], chance: random.Random) -> None:
    texts = [one for one in elements if one.text and one.text.strip()] or elements
    chance.choice(texts).text = chance.choice(_VALUES)


def _text_swapped(elements: list[Element], chance: random.Random) -> None:
    one, other = chance.choice(elements), chance.choice(elements)
    one.text, other.text = other.text, one.text


def _nested(elements: list[Element], chance: random.Random) -> None:
    """An element inside copies of the shell of another, over and over."""
    one, shell = chance.choice(elements), chance.choice(elements)
    parent = one.getparent()
    if parent is None:
        return
    parent.remove(one)
    for number in range(chance.choice((3, 20, 60, 70, 300))):
        inner = etree.SubElement(parent, shell.tag)
        inner.attrib.update(shell.attrib)
        inner.set("id", f"n{number}")
        parent = inner
    parent.append(one)


_ON_TREES: Final[tuple[Callable[[list[Element], random.Random], None], ...]] = (
    *(_attribute_gone, _attribute_changed, _attribute_pointed, _attribute_borrowed),
    *(_element_gone, _element_doubled, _element_moved, _element_renamed),
    *(_text_changed, _text_swapped, _nested),
)


# On the bytes: the parser and what stands before it.


def _flip(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    made = bytearray(content)
    for _unused in range(min(len(made), chance.choice((1, 1, 3, 30)))):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def _splice(content: bytes, chance: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    other = chance.choice(seeds)
    first, last = sorted((chance.randint(0, len(other)), chance.randint(0, len(other))))
    at = chance.randint(0, len(content))
    end = min(len(content), at + chance.choice((0, 1, 40, 400)))
    return content[:at] + other[first : min(last, first + 2_000)] + content[end:]


def _cut(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + content[at + chance.choice((1, 10, 500, len(content))) :]


def _put(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + chance.choice(_BYTES) + content[at:]


def _number(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    places = list(re.finditer(rb"\d+", content))
    if not places:
        return content
    one = chance.choice(places)
    huge = chance.choice((b"9" * 20, b"9" * 3_000, b"-1", b"0", b"1e400", b"0.1"))
    return content[: one.start()] + huge + content[one.end() :]


def _namespace(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    places = list(re.finditer(rb"""xmlns(:\w+)?=["']([^"']*)["']""", content))
    if not places:
        return content
    one = chance.choice(places)
    other = chance.choice(_NAMESPACES)
    if chance.random() < 0.3:
        return content.replace(one[2], other) if one[2] else content
    return content[: one.start(2)] + other + content[one.end(2) :]


def _encode(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    text = content.decode("utf-8", "replace")
    name = chance.choice(_ENCODINGS)
    if chance.random() < 0.5:
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
        text = f'<?xml version="1.0" encoding="{chance.choice(_ENCODINGS)}"?>{text}'
    return text.encode(name, "replace")


def _entities(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    start = max(content.find(b"?>") + 2, 0) if content[:2] == b"<?" else 0
    outside = b'<!DOCTYPE d [<!ENTITY j SYSTEM "file:///etc/hostname">]>'
    kind = chance.choice((_LAUGHS, outside, b"<!DOCTYPE d>", b"<!DOCTYPE d ["))
    at = chance.randint(0, len(content))
    text = chance.choice((b"&j;", b"&a;", b"", b"&amp;" * 1_000))
    return content[:start] + kind + content[start:at] + text + content[at:]


def _deep(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    at = content.find(b">", chance.randint(0, len(content))) + 1
    count = chance.choice((10, 70, 1_000, 60_000))
    return content[:at] + b"<a>" * count + b"</a>" * count + content[at:]


def _repeat(content: bytes, chance: random.Random, _: tuple[bytes, ...]) -> bytes:
    first = chance.randint(0, len(content))
    piece = content[first : first + chance.choice((1, 20, 400))]
    return content[:first] + piece * chance.choice((2, 10, 300)) + content[first:]


def _zipped(content: bytes, chance: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    if chance.random() < 0.7:
        return _put(content, chance, seeds)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        stamp = zipfile.ZipInfo("process.bpmn")
        archive.writestr(stamp, content)
    made = file.getvalue()
    return _flip(made, chance, seeds) if chance.random() < 0.5 else made


_ON_BYTES: Final[
    tuple[Callable[[bytes, random.Random, tuple[bytes, ...]], bytes], ...]
] = (
    *(_flip, _flip, _splice, _splice, _cut, _put, _put, _number, _namespace, _encode),
    *(_entities, _deep, _repeat, _zipped),
)
