"""Called versions inside a package: how they get there, and what comes of them there.

A package that calls published procedures holds every file of the versions it was linked
with, in `called/<code>@<number>/`, and beside them the document that says what each of
them runs as. So its bytes are the whole of what it does: its hash covers them, and to
check, replay or hand out a version nothing else is needed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from engine.decisions import model as dmn
from engine.domain.procedure import Binding, Call
from engine.errors import ConfigurationError, ModelInvalidError
from engine.forms.form import Form
from engine.package import Find, Offer
from models_bpmn import catalogue, importer, normalised
from models_bpmn.importer import published
from models_bpmn.importer.published import Published
from models_bpmn.importer.report import Place, Report

_ANY = re.compile(rf"(?:^|/){published.FOLDER}([^/@]+)@[0-9]+(?=/)")


def nobody(_name: str) -> Sequence[Offer]:
    """There is no installation at hand that has procedures in force."""
    return ()


def refuse(files: Iterable[str]) -> None:
    """Nobody uploads what stands for a published procedure.

    Raises:
        ModelInvalidError: Some file claims to be of one.
    """
    report = Report()
    for name in files:
        if catalogue.CALLED.match(name):
            report.add("package-called", Place(file=name))
    report.raise_refusals()


def finder(package: catalogue.Package, find: Find = nobody) -> importer.Find:
    """Finds what a package holds of published procedures, then what is in force."""
    held = [
        _read(code, number, inside) for (code, number), inside in package.called.items()
    ]

    def found(name: str) -> Sequence[Published]:
        by_code = [one for one in held if one.code == name]
        inside = by_code or [one for one in held if one.model.id == name]
        return inside or [_offered(one) for one in find(name)]

    return found


def _read(code: str, number: int, inside: Mapping[str, bytes]) -> Published:
    place = f"{published.FOLDER}{code}@{number}/{published.DOCUMENT}"
    content = inside.get(published.DOCUMENT, b"")
    try:
        document = normalised.read(content)
    except ConfigurationError as error:
        report = Report()
        report.add("package-called-damaged", Place(file=place))
        raise ModelInvalidError(report.findings) from error
    return Published(
        code=code,
        number=number,
        model=document.model,
        content=content,
        calls=frozenset(one for name in inside for one in _ANY.findall(name)),
    )


def _offered(one: Offer) -> Published:
    return _read(one.code, one.number, {**one.files, published.DOCUMENT: one.document})


def files(
    called: Iterable[published.Call], find: Find, keep: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """The files of the called versions: those that are kept, else those in force."""
    made: dict[str, bytes] = {}
    for one in {call.published.key: call.published for call in called}.values():
        folder = one.file.removesuffix(published.DOCUMENT)
        inside = {name: keep[name] for name in keep if name.startswith(folder)}
        for offer in () if inside else find(one.code):
            inside = {folder + name: content for name, content in offer.files.items()}
            inside[one.file] = offer.document
        made |= inside
    return made


def _documents(
    package: catalogue.Package,
) -> Iterable[tuple[str, normalised.Normalised]]:
    """What the names of each called version begin with here, and its document."""
    for (code, number), inside in package.called.items():
        yield f"{code}@{number}/", normalised.read(inside[published.DOCUMENT])


def forms(package: catalogue.Package) -> dict[str, Form]:
    """The forms of the called versions, as the package names them."""
    return {
        prefix + name: form
        for prefix, document in _documents(package)
        for name, form in document.forms.items()
    }


def decisions(package: catalogue.Package) -> dict[str, tuple[dmn.Model, ...]]:
    """The decision models of the called versions and of those that they call."""
    made: dict[str, tuple[dmn.Model, ...]] = {}
    for prefix, document in _documents(package):
        made[prefix] = document.decisions
        for inner, models in document.ruled.items():
            made[prefix + inner] = models
    return {prefix: models for prefix, models in made.items() if models}


def made(
    package: catalogue.Package, called: Iterable[published.Call]
) -> tuple[Call, ...]:
    """The calls as they are kept with the version."""
    hashes = {
        key: catalogue.digest(
            {
                name: content
                for name, content in inside.items()
                if name != published.DOCUMENT
            }
        )
        for key, inside in package.called.items()
    }
    return tuple(
        Call(
            element=one.element,
            name=one.name,
            code=one.published.code,
            number=one.published.number,
            hash=hashes[one.published.code, one.published.number],
            binding=Binding(one.binding),
        )
        for one in called
    )
