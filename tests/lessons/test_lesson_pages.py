"""The pages of learning: for everybody, in both languages, on a phone, whatever is written."""

import pytest

from tests.console.conftest import Opens
from tests.console.house import House
from tests.console.test_accessibility import LOOKS, faults, in_language

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>' onfocus=alert(3) 吗 13812345678"


@pytest.fixture(scope="module")
def addresses(house: House) -> list[str]:
    """Every page of learning, with hostile words in all of them."""
    name = house.write("hostile", HOSTILE, "有蓝牙吗")
    learning = house.service.learning
    house.do(learning.tallies.catch_up())
    house.do(learning.gaps.catch_up(), 60)
    marked = house.post(
        "admin",
        f"/conversations/{name}/turns/1/correct",
        fault="tone",
        right=HOSTILE[:60],
        note=HOSTILE,
    )
    assert marked.status_code == 303, marked.text
    at = marked.headers["location"].removeprefix("/console")
    house.post("admin", f"{at}/case", says="谢谢", never_says=HOSTILE[:60])
    begun = house.post("admin", "/batches", brand="lamps", mode="what_if", title=HOSTILE, ask="yes")
    assert begun.status_code == 303, begun.text
    batch = begun.headers["location"].removeprefix("/console")
    fixed = ["/gaps", "/gaps/1", "/corrections", "/batches", "/dashboard", "/dashboard?by=bot"]
    own = [f"/conversations/{name}/turns/1/correct", f"/conversations/{name}/replay"]
    return [*fixed, at, batch, *own]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_every_page_can_be_used_by_everybody(house: House, opens: Opens, addresses, look) -> None:
    page = opens("/console/gaps", "admin", **look)
    in_language(page, look)
    found: list[str] = []
    for address in addresses:
        page.goto(f"{house.url}/console{address}")
        page.locator("body[data-ready]").wait_for()
        if address.endswith("/replay"):
            page.locator("form[hx-post$='/replay'] button").click()
            page.locator("#sum").wait_for()
            page.locator("form[hx-post$='/replay'] button:enabled:not(.htmx-request)").wait_for()
            page.wait_for_timeout(300)  # the button's colours come back in a transition
        found += faults(page)
        if "dashboard" not in address:
            assert "13812345678" not in page.locator("main").inner_html(), address
    assert found == []
