"""Who gets past the guard of the staff pages, and what every answer carries."""

from datetime import timedelta

from tests.api.staff_house import StaffHouse


async def test_whoever_is_signed_in_goes_on_to_the_own_first_room(house: StaffHouse) -> None:
    async with house.signed_in("coach") as coach, house.signed_in("owner") as owner:
        assert (await coach.get("/")).headers["location"] == "/today"
        assert (await owner.get("/")).headers["location"] == "/consent"


async def test_whoever_is_not_goes_to_the_sign_in_page(house: StaffHouse) -> None:
    async with house.visitor() as nobody:
        answer = await nobody.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/")


async def test_a_session_ends_after_twenty_idle_minutes(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        house.clock.pass_(20 * 60 - 1)
        assert (await coach.get("/")).headers["location"] == "/today"
        house.clock.pass_(20 * 60)
        assert (await coach.get("/")).headers["location"].startswith("/sign-in")


async def test_a_session_ends_after_ten_hours_however_busy(house: StaffHouse) -> None:
    async with house.signed_in() as coach:
        for _ in range(int(timedelta(hours=10) / timedelta(minutes=15))):
            assert (await coach.get("/")).headers["location"] == "/today"
            house.clock.pass_(15 * 60)
        assert (await coach.get("/")).headers["location"].startswith("/sign-in")
