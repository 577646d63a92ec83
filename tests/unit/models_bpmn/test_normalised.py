"""What a version runs as: stored once, read back whole, without the importer."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from engine.domain.model import Model
from engine.domain.procedure import Version, VersionStatus
from engine.errors import ConfigurationError
from engine.package import Package
from models_bpmn import catalogue, codec, normalised, packages
from tests import bpmn
from tests.integration import random_events, random_models
from webui import bootstrap

EXAMPLES = Path(__file__).parents[3] / "examples"
FOLDERS = [
    *(catalogue.PROCEDURES / slug for slug in catalogue.built_in()),
    *sorted(one.parent for one in EXAMPLES.glob("*/process.bpmn")),
]
SERVICES = bootstrap.tools().services.names() | {"leave.working_days"}
RANDOM = {
    "structured": random_models.structured,
    "tangled": random_models.tangled,
    "eventful": random_events.eventful,
    "undone": random_events.undone,
}


@dataclass
class Kept:
    """One version, as storage keeps it."""

    stored: Mapping[str, bytes]
    document: bytes | None

    def files(self, version: UUID) -> Mapping[str, bytes]:
        """The files of the one version."""
        assert version == VERSION.id
        return self.stored

    def normalised(self, version: UUID) -> bytes | None:
        """Its document."""
        assert version == VERSION.id
        return self.document


VERSION = Version(
    tenant=UUID(int=1),
    id=UUID(int=2),
    procedure=UUID(int=3),
    number=1,
    status=VersionStatus.PUBLISHED,
    hash="as uploaded",
    name="",
    controlled=False,
    author=UUID(int=4),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def told(package: Package) -> str:
    """A package with the order of everything in it, but for what is compiled."""
    return repr(dataclasses.replace(package, decisions=None, hash=""))  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_package_is_the_same_when_it_is_read_back(folder: Path) -> None:
    files = packages.read(folder)
    checked = packages.Maker(SERVICES).check(files)
    kept = Kept(files, checked.normalised)
    again = packages.Maker(frozenset()).published(VERSION, kept)
    assert told(again) == told(checked)
    assert again.model == checked.model
    assert again.hash == VERSION.hash


@pytest.mark.parametrize("kind", RANDOM)
def test_random_models_are_the_same_when_they_are_read_back(kind: str) -> None:
    for seed in range(60):
        made = RANDOM[kind](seed)
        content = codec.dump(made, Model)
        found = codec.load(content, Model)
        assert (found, repr(found)) == (made, repr(made))
        assert codec.dump(found, Model) == content


def test_forms_made_of_the_extensions_of_another_tool_are_kept() -> None:
    content = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        b' xmlns:flowable="http://flowable.org/bpmn" targetNamespace="x">'
        b'<process id="P" isExecutable="true"><startEvent id="s"/>'
        b'<sequenceFlow id="f" sourceRef="s" targetRef="a"/>'
        b'<userTask id="a"><extensionElements>'
        b'<flowable:formProperty id="so_nha" name="So nha" type="string"/>'
        b'</extensionElements></userTask><sequenceFlow id="g" sourceRef="a"'
        b' targetRef="e"/><endEvent id="e"/></process></definitions>'
    )
    checked = packages.Maker(frozenset()).check({"p.bpmn": content})
    assert checked.forms, "the dialect makes a form"
    kept = Kept({"p.bpmn": content}, checked.normalised)
    again = packages.Maker(frozenset()).published(VERSION, kept)
    assert again.forms == checked.forms
    assert [form.keys for form in again.forms.values()] == [("so_nha",)]


def test_the_importer_is_not_asked_about_a_version_that_has_a_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = bpmn.diagram("start s; task a; end e", "s > a > e")
    checked = packages.Maker(frozenset()).check({"p.bpmn": content})

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the importer was asked")

    monkeypatch.setattr(catalogue, "package", refuse)
    monkeypatch.setattr(catalogue, "load", refuse)
    kept = Kept({"p.bpmn": content}, checked.normalised)
    maker = packages.Maker(frozenset())
    assert maker.published(VERSION, kept).model == checked.model
    with pytest.raises(AssertionError, match="was asked"):
        packages.Maker(frozenset()).published(VERSION, Kept(kept.stored, None))


def test_two_versions_of_the_same_bytes_each_run_as_they_were_accepted() -> None:
    # Another release, another tenant: it read the same bytes in another way.
    content = bpmn.diagram("start s; task a; end e", "s > a > e")
    maker = packages.Maker(frozenset())
    checked = maker.check({"p.bpmn": content})
    older = normalised.read(checked.normalised)
    older = dataclasses.replace(
        older, model=dataclasses.replace(older.model, name="as it was")
    )
    kept = Kept({"p.bpmn": content}, normalised.render(older))
    version = dataclasses.replace(VERSION, hash=checked.hash)
    assert maker.published(version, kept).model.name == "as it was"
    assert maker.check({"p.bpmn": content}).model.name != "as it was"


def test_what_differs_from_the_drawing_stands_in_the_document() -> None:
    content = bpmn.diagram("task a; task b; end e", "a > b > e")
    checked = packages.Maker(frozenset()).check({"p.bpmn": content})
    plain = json.loads(checked.normalised)
    assert plain["format"] == normalised.FORMAT
    assert {"change": "added", "element": "start.P", "name": ""} in plain["differences"]


def test_a_document_of_another_format_is_refused() -> None:
    content = bpmn.diagram("start s; task a; end e", "s > a > e")
    checked = packages.Maker(frozenset()).check({"p.bpmn": content})
    newer = dataclasses.replace(
        normalised.read(checked.normalised), format=normalised.FORMAT + 1
    )
    with pytest.raises(ConfigurationError, match="has format 2"):
        normalised.read(normalised.render(newer))
