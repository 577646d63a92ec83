"""Where an agency is and its telephone: said from a day on, recorded, and printed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands.describe_agency import PHONE_CHARS, DescribeAgency
from engine.domain import iso8601
from engine.domain.events import StreamKind
from engine.domain.organisation import Organisation, Reach
from engine.errors import (
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    TooLargeError,
)
from engine.evidence import chained
from engine.evidence.papers import source
from tests.integration.engine.office import Office

PHONE: Final = "(0256) 3 822 111"


def today(office: Office) -> date:
    return iso8601.day(office.clock.now())


def said(office: Office, name: str = "ward", **more: Any) -> DescribeAgency:
    reach = Reach(since=today(office), address="1 Trần Phú", phone=PHONE)
    return DescribeAgency(agency=office.agencies[name], reach=replace(reach, **more))


def organisation(office: Office) -> Organisation:
    with office.app.store.read(office.tenant) as uow:
        return uow.accounts.organisation()


def told(office: Office) -> list[dict[str, object]]:
    with office.app.store.read(office.tenant) as uow:
        known = uow.history.known(StreamKind.ORGANISATION, office.tenant)
        assert known is not None
        steps = chained.opened(uow.history.read(office.tenant, known.month))
    return [
        dict(one.body["facts"])
        for one in steps
        if one.body["type"] == "agency.described"
    ]


def test_how_an_agency_is_reached_counts_from_its_day_on(office: Office) -> None:
    first, ward = today(office), office.agencies["ward"]
    later = first + timedelta(days=3)
    office.do("quantri", said(office))
    office.do("quantri", said(office, since=later, phone="19001022"))
    agency = organisation(office).agencies[ward]
    days = (first - timedelta(days=1), first, later - timedelta(days=1), later)
    assert [agency.reach(day).phone for day in days] == ["", PHONE, PHONE, "19001022"]
    assert told(office) == [
        {
            "agency": ward.hex,
            "from": day.isoformat(),
            "address": "1 Trần Phú",
            "phone": phone,
        }
        for day, phone in ((first, PHONE), (later, "19001022"))
    ]


def test_what_is_said_of_a_day_again_takes_its_place(office: Office) -> None:
    office.do("quantri", said(office, phone="0256"))
    office.do("quantri", said(office))
    (reach,) = organisation(office).agencies[office.agencies["ward"]].reached
    assert reach.phone == PHONE
    assert [one["phone"] for one in told(office)] == ["0256", PHONE]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"address": " ", "phone": ""}, "no-reach"),
        ({"since": date(2020, 1, 1)}, "reach-day"),
        ({"phone": "0" * (PHONE_CHARS + 1)}, "reason-chars"),
    ],
    ids=["nothing", "past", "long"],
)
def test_what_cannot_be_printed_of_an_agency_is_refused(
    office: Office, more: dict[str, Any], code: str
) -> None:
    with pytest.raises((NotReadyError, TooLargeError)) as refused:
        office.do("quantri", said(office, **more))
    assert refused.value.code == code
    assert told(office) == []


def test_only_who_administers_says_it_and_of_agencies_that_are_there(
    office: Office,
) -> None:
    with pytest.raises(NotAllowedError):
        office.do("giamsat", said(office))
    unknown = replace(said(office), agency=UUID(int=7))
    with pytest.raises(NotFoundError):
        office.do("quantri", unknown)


def test_a_paper_names_the_reach_of_its_day_or_that_of_the_agency_above(
    office: Office,
) -> None:
    office.do("quantri", said(office, "province"))
    known, day = organisation(office), today(office)
    ward = office.agencies["ward"]
    head = source.head(known, ward, "", day)
    assert (head.address, head.phone) == ("1 Trần Phú", PHONE)
    assert source.head(known, ward, "", day - timedelta(days=1)).phone == ""
    office.do("quantri", said(office, phone="19001022", address=""))
    head = source.head(organisation(office), ward, "", day)
    assert (head.address, head.phone) == ("", "19001022")
