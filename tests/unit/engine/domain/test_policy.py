"""Who may do what: one table over roles, actions and relations to a case."""

import dataclasses
import itertools
from uuid import UUID

import pytest

from engine.domain import policy
from engine.domain.organisation import Account, Actor, Position, Role
from engine.domain.policy import Action, Thing
from engine.errors import NotAllowedError, NotFoundError

HERE, THERE = UUID(int=1), UUID(int=2)
OFFICE, WARD, DEPARTMENT, FAR = (UUID(int=n) for n in range(10, 14))
ME, SOMEBODY = UUID(int=20), UUID(int=21)

#: Relation -> where the actor's position is, what it does, what it supervises.
RELATIONS = {
    "own position": (OFFICE, "examiner", {OFFICE}),
    "own agency": (OFFICE, "registry", {OFFICE}),
    "other agency of the case": (WARD, "desk", {WARD}),
    "supervises": (DEPARTMENT, "head", {DEPARTMENT, OFFICE}),
    "unrelated": (FAR, "examiner", {FAR}),
}
THING = Thing(
    tenant=HERE,
    agencies=frozenset({OFFICE, WARD}),
    performer="examiner",
    agency=OFFICE,
    author=SOMEBODY,
)
CASE_ACTIONS = frozenset(
    {
        Action.CASE_VIEW,
        Action.TASK_VIEW,
        Action.HISTORY_VIEW,
        *(Action.TASK_CLAIM, Action.TASK_RELEASE, Action.TASK_COMPLETE),
        *(Action.CASE_VERIFY, Action.MESSAGE_DELIVER),
    }
)
#: Open to everybody for what is their own: their own test asks that.
OWN = frozenset({Action.JOB_VIEW, Action.JOB_CANCEL, Action.JOB_TAKE})
SEE, NO, HIDDEN = "may", "not allowed", "not found"
_CLERK = {
    **dict.fromkeys((Action.CASE_VIEW, Action.TASK_VIEW, Action.HISTORY_VIEW), SEE),
    **dict.fromkeys((Action.CASE_VERIFY, Action.MESSAGE_DELIVER), NO),
}
_WORK = (Action.TASK_CLAIM, Action.TASK_RELEASE, Action.TASK_COMPLETE)
_NOTHING = dict.fromkeys(CASE_ACTIONS, HIDDEN)
_SUPERVISOR = {
    **dict.fromkeys(CASE_ACTIONS, SEE),
    **dict.fromkeys((Action.TASK_CLAIM, Action.TASK_COMPLETE), NO),
    Action.MESSAGE_DELIVER: NO,
}
_ALL_NO = dict.fromkeys(CASE_ACTIONS, NO)
_AUDITOR = {
    **_ALL_NO,
    **dict.fromkeys((Action.CASE_VIEW, Action.TASK_VIEW), SEE),
    **dict.fromkeys((Action.HISTORY_VIEW, Action.CASE_VERIFY), SEE),
}
#: (role, relation) -> what each action on the case gives; all others are hidden.
TABLE: dict[tuple[Role, str], dict[Action, str]] = {
    (Role.CLERK, "own position"): {**_CLERK, **dict.fromkeys(_WORK, SEE)},
    (Role.CLERK, "own agency"): {**_CLERK, **dict.fromkeys(_WORK, NO)},
    (Role.CLERK, "other agency of the case"): {**_CLERK, **dict.fromkeys(_WORK, NO)},
    (Role.SUPERVISOR, "own position"): _SUPERVISOR,
    (Role.SUPERVISOR, "own agency"): _SUPERVISOR,
    (Role.SUPERVISOR, "supervises"): _SUPERVISOR,
    (Role.SUPERVISOR, "other agency of the case"): {
        **_SUPERVISOR,
        Action.TASK_RELEASE: NO,
    },
    **{(Role.AUDITOR, relation): _AUDITOR for relation in RELATIONS},
    **{(Role.ADMINISTRATOR, relation): _ALL_NO for relation in RELATIONS},
    **{
        (Role.INTEGRATOR, relation): {**_ALL_NO, Action.MESSAGE_DELIVER: SEE}
        for relation in RELATIONS
    },
}


def actor(*roles: Role, relation: str = "own position", tenant: UUID = HERE) -> Actor:
    agency, performer, supervised = RELATIONS[relation]
    account = Account(
        tenant=tenant, id=ME, login="me", name="Me", roles=frozenset(roles)
    )
    position = Position(
        id=UUID(int=30), agency=agency, name="P", performers=frozenset({performer})
    )
    return Actor(
        account=account, positions=(position,), supervised=frozenset(supervised)
    )


def answer(who: Actor, action: Action, thing: Thing) -> str:
    try:
        policy.check(who, action, thing)
    except NotAllowedError:
        given = NO
    except NotFoundError:
        given = HIDDEN
    else:
        given = SEE
    assert policy.allowed(who, action, thing) is (given == SEE)
    return given


@pytest.mark.parametrize("role", Role)
def test_every_role_in_every_relation_gets_what_the_table_says(role: Role) -> None:
    for relation, action in itertools.product(RELATIONS, CASE_ACTIONS):
        expected = TABLE.get((role, relation), _NOTHING)[action]
        given = answer(actor(role, relation=relation), action, THING)
        assert given == expected, (role, relation, action)


@pytest.mark.parametrize("action", Action)
def test_every_action_is_open_to_its_roles_and_no_other(action: Action) -> None:
    thing = dataclasses.replace(THING, agencies=frozenset())
    if action in OWN:
        thing = dataclasses.replace(thing, author=None)
    for role in Role:
        may = answer(actor(role), action, thing) == SEE
        assert may is (role in policy.ROLES[action])


@pytest.mark.parametrize("action", Action)
def test_another_tenant_is_never_found(action: Action) -> None:
    for role in Role:
        assert answer(actor(role, tenant=THERE), action, THING) == HIDDEN


@pytest.mark.parametrize("action", Action)
def test_a_closed_account_may_nothing(action: Action) -> None:
    open_ = actor(*Role)
    closed = dataclasses.replace(
        open_, account=dataclasses.replace(open_.account, active=False)
    )
    with pytest.raises(NotAllowedError) as caught:
        policy.check(closed, action, THING)
    assert caught.value.code == "account-closed"


@pytest.mark.parametrize("action", Action)
def test_an_account_without_roles_may_nothing(action: Action) -> None:
    for relation in RELATIONS:
        assert answer(actor(relation=relation), action, THING) == HIDDEN


def test_what_somebody_else_claimed_is_theirs_until_a_supervisor_takes_it() -> None:
    theirs = dataclasses.replace(THING, assignee=SOMEBODY)
    mine = dataclasses.replace(THING, assignee=ME)
    for action in _WORK:
        assert answer(actor(Role.CLERK), action, theirs) == NO
        assert answer(actor(Role.CLERK), action, mine) == SEE
    head = actor(Role.SUPERVISOR, relation="supervises")
    assert answer(head, Action.TASK_RELEASE, theirs) == SEE
    assert answer(head, Action.TASK_COMPLETE, theirs) == NO


def test_nobody_publishes_their_own_document() -> None:
    document = Thing(tenant=HERE, author=ME)
    both = actor(Role.DESIGNER, Role.APPROVER)
    with pytest.raises(NotAllowedError) as caught:
        policy.check(both, Action.PROCEDURE_PUBLISH, document)
    assert caught.value.code == "own-document"
    other = dataclasses.replace(document, author=SOMEBODY)
    assert answer(both, Action.PROCEDURE_PUBLISH, other) == SEE


def test_work_without_an_agency_is_nobodys() -> None:
    nowhere = dataclasses.replace(THING, agency=None)
    for action in _WORK:
        assert answer(actor(Role.CLERK), action, nowhere) == NO


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.CLERK, {"own position", "own agency", "other agency of the case"}),
        (Role.SUPERVISOR, RELATIONS.keys() - {"unrelated"}),
        (Role.AUDITOR, set()),
        (Role.ADMINISTRATOR, set()),
        (Role.INTEGRATOR, set()),
        (Role.DESIGNER, set()),
    ],
)
def test_whoever_has_a_part_in_a_case_remarks_on_it(role: Role, may: set[str]) -> None:
    for relation in RELATIONS:
        given = answer(actor(role, relation=relation), Action.CASE_REMARK, THING)
        assert (given == SEE) is (relation in may), relation


def test_who_is_asked_beside_a_step_remarks_meanwhile() -> None:
    asked = dataclasses.replace(THING, asked=frozenset({("examiner", FAR)}))
    outside = actor(Role.CLERK, relation="unrelated")
    assert answer(outside, Action.CASE_REMARK, THING) == HIDDEN
    assert answer(outside, Action.CASE_REMARK, asked) == SEE
    # Who supervises where somebody is asked sees the case, and has no part in it.
    head = actor(Role.SUPERVISOR, relation="unrelated")
    assert answer(head, Action.CASE_REMARK, asked) == NO
    other = dataclasses.replace(THING, asked=frozenset({("desk", FAR)}))
    assert answer(outside, Action.CASE_REMARK, other) == HIDDEN


def test_who_may_look_by_another_role_or_after_an_agency_was_closed_adds_nothing() -> (
    None
):
    both = actor(Role.CLERK, Role.AUDITOR, relation="unrelated")
    follows = dataclasses.replace(
        actor(Role.CLERK, relation="unrelated"), followed=frozenset({WARD})
    )
    for who in (both, follows):
        assert answer(who, Action.CASE_VIEW, THING) == SEE
        assert answer(who, Action.CASE_REMARK, THING) == NO


def test_every_action_has_its_roles() -> None:
    assert set(policy.ROLES) == set(Action)
    assert all(policy.ROLES.values())
