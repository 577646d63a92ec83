"""Reading `qt:procedure`: the procedure as a controlled document."""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from lxml.etree import _Element as Element

from engine.domain.model import Facts, TimeLimit
from engine.domain.offering import Answer, Offering, Online, OnlinePayment
from models_bpmn.importer import extension
from models_bpmn.importer.extension import Extension
from models_bpmn.importer.report import Place, Report

Choice = TypeVar("Choice", bound=Enum)


def read(process: Element, place: Callable[[Element], Place], report: Report) -> Facts:
    """The facts of a process; empty ones where it is a plain diagram."""
    written = extension.read(process, place, report).get("procedure")
    if written is None:
        return Facts()
    return Facts(
        code=written.get("code"),
        short_name=written.get("shortName"),
        edition=written.get("edition"),
        levels=written.texts("level"),
        field=written.get("field"),
        legal_basis=written.texts("legalBasis"),
        documents=tuple(
            (
                one.get("name"),
                one.get("kind") or "original",
                _whole(one.get("quantity"), 1),
            )
            for one in written.all("document")
        ),
        sets=_whole(written.get("sets"), 1),
        limit=limit(written),
        cutoff=written.get("cutoff"),
        supplement_policy=written.get("supplement"),
        payment_policy=written.get("payment"),
        consultation_policy=written.get("consultation"),
        fees=tuple(
            (one.get("name"), _whole(one.get("amount"), 0))
            for one in written.all("fee")
        ),
        results=written.texts("result"),
        offering=_offering(written),
        clauses=written.texts("clause"),
        retention=written.get("retention"),
        dossier_pattern=written.get("dossierPattern"),
        start_form=written.get("startForm"),
        applicant=written.get("applicant"),
        public=tuple(one.get("name") for one in written.all("public")),
    )


def limit(written: Extension) -> TimeLimit | None:
    """The time limit written inside an extension element."""
    for one in written.all("limit"):
        return TimeLimit(_whole(one.get("amount"), 1), one.get("unit"))
    return None


def _offering(written: Extension) -> Offering:
    # A wrong word was refused when it was read.
    return Offering(
        online=_one_of(Online, written.get("online")),
        payment=_one_of(OnlinePayment, written.get("onlinePayment")),
        answer=_one_of(Answer, written.get("answer")),
    )


def _one_of(kind: type[Choice], word: str) -> Choice | None:
    return next((one for one in kind if one.value == word), None)


def _whole(text: str, otherwise: int) -> int:
    # A wrong number was refused when it was read; the value only fills the record.
    return int(text) if text.isdecimal() else otherwise
