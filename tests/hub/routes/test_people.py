from hub.routes.people import person_json
from safeguarding.permissions import Grant, Role
from store.people import PersonRow
from tests.hub.school import School


def person(*grants: Grant) -> PersonRow:
    return PersonRow("oak", "p1", "ada", "Ada", grants)


async def test_a_person_is_told_only_the_sites_of_the_own_roles(school: School) -> None:
    store = school.context.store
    dale, hill = {"id": "dale", "name": "Dale of oak"}, {"id": "hill", "name": "Hill of oak"}
    for grants, sites in (
        ((), []),
        ((Grant(Role.TEACHER, "hill"),), [hill]),
        ((Grant(Role.TEACHER, "hill"), Grant(Role.TECHNICIAN, "dale")), [dale, hill]),
        ((Grant(Role.TRUST_ADMIN),), [dale, hill]),
        ((Grant(Role.TEACHER, "closed"),), []),
    ):
        told = await person_json(store, person(*grants))
        assert told["sites"] == sites
        assert told["trust"] == {"id": "oak", "name": "Oak Trust"}
        assert len(told["roles"]) == len(grants)


async def test_nothing_secret_is_told_of_a_person(school: School) -> None:
    told = await person_json(school.context.store, person())
    assert told.keys() == {"id", "name", "user", "trust", "roles", "may", "sites"}
