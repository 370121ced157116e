"""How long a page of the staff may take: `make bench WHAT=pages` holds the bound, this finds ten times as much."""

from pathlib import Path

from bench import pages
from tests.api.staff.test_staff_routes import ROWS

NOT_MEASURED = {"/", "/people/import/example.csv", "/results/close", "/results/report.pdf"}
"""What only leads on, what is the same for everybody, and what is there only when results can be published."""

WITH_A_BOUND_OF_THEIR_OWN = {"coach /results", "owner /results"}
"""Until a window closes, all answers are gathered for it: `make bench WHAT=results` holds what that may take."""


async def test_no_page_takes_ten_times_its_time_with_two_thousand_people(tmp_path: Path) -> None:
    found = await pages.measure_with(tmp_path / "pages", people=pages.PEOPLE, times=1)
    # The processor's time, because the clock's tells of whatever else the machine does.
    slow = {page for page, taken in found["pages"].items() if taken["cpu_ms"] > 10 * pages.BOUND_MS}
    assert slow - WITH_A_BOUND_OF_THEIR_OWN == set()


def test_every_page_that_lists_is_measured() -> None:
    measured = {path.partition("?")[0] for path in (*pages.OF_THE_COACH, *pages.OF_THE_OWNER)}
    without_ids = {route.removeprefix("GET ") for route in ROWS if route.startswith("GET") and "{" not in route}
    assert without_ids - measured == NOT_MEASURED, "name the new page in bench/pages.py"
