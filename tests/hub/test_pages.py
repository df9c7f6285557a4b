import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.hub.school import School

INDEX = '<meta name="csp-nonce" content="__CSP_NONCE__"><script src="/assets/m-AbCd_123.js">'
PAGES = (
    "/",
    "/setup",
    "/sign-in",
    "/classes/new",
    "/classes/hill/7b/edit",
    "/lessons/hill/l1",
    "/lessons/hill/l1/screens/pc.1",
)


@pytest.fixture
def browser(school: School) -> httpx.AsyncClient:
    folder = school.context.settings.frontend_dir
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "m-AbCd_123.js").write_text("let a = 1;" * 200)
    (folder / "assets" / "m-AbCd_123.css").write_text("a{}")
    (folder / "assets" / "plain.js").write_text("let b")
    (folder / "assets" / "f-12345678.woff2").write_bytes(b"wOF2")
    return school.browser()


@pytest.mark.parametrize("path", PAGES)
async def test_every_address_of_the_console_leads_to_its_page(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


async def test_each_page_has_a_nonce_of_its_own_that_its_policy_names(
    browser: httpx.AsyncClient,
) -> None:
    nonces = set()
    for _ in range(5):
        answer = await browser.get("/")
        found = re.search(r'content="([^"]+)"', answer.text)
        assert found is not None
        assert f"style-src 'self' 'nonce-{found[1]}';" in answer.headers["content-security-policy"]
        nonces.add(found[1])
    assert len(nonces) == 5
    assert "__CSP_NONCE__" not in nonces


async def test_the_policy_lets_no_inline_or_foreign_code_run(browser: httpx.AsyncClient) -> None:
    policy = dict(
        part.strip().split(" ", 1)
        for part in (await browser.get("/")).headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == policy["script-src"] == "'self'"
    assert "unsafe" not in str(policy)
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "default"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["connect-src"] == "'self' ws://127.0.0.1:8750 ws://localhost:8750"


@pytest.mark.parametrize(
    ("path", "media_type", "forever"),
    [
        ("/assets/m-AbCd_123.js", "text/javascript; charset=utf-8", True),
        ("/assets/m-AbCd_123.css", "text/css; charset=utf-8", True),
        ("/assets/f-12345678.woff2", "font/woff2", True),
        ("/assets/plain.js", "text/javascript; charset=utf-8", False),
        ("/icon.svg", "image/svg+xml", False),
    ],
)
async def test_only_files_named_by_their_content_are_kept_for_ever(
    browser: httpx.AsyncClient, path: str, media_type: str, forever: bool
) -> None:
    answer = await browser.get(path)
    assert answer.headers["content-type"] == media_type
    assert ("immutable" in answer.headers["cache-control"]) is forever
    assert forever or answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_text_is_compressed_for_browsers_that_can_read_it(
    browser: httpx.AsyncClient,
) -> None:
    packed = await browser.get("/assets/m-AbCd_123.js", headers={"Accept-Encoding": "gzip"})
    plain = await browser.get("/assets/m-AbCd_123.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.content == plain.content == b"let a = 1;" * 200
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/../formroom.sqlite3",
        "/assets/../../formroom.sqlite3",
        "/assets/%2e%2e/%2e%2e/formroom.sqlite3",
        "/%2e%2e%2fformroom.sqlite3",
        "/assets//m-AbCd_123.js",
        "/index.html",
    ],
)
async def test_nothing_outside_the_folder_is_served(browser: httpx.AsyncClient, path: str) -> None:
    target = httpx.URL("http://127.0.0.1:8750").copy_with(raw_path=path.encode())
    answer = await browser.get(target)
    assert b"SQLite" not in answer.content
    assert answer.status_code == 404 or answer.text.startswith("<meta")


async def test_a_console_that_is_not_built_says_what_to_do(school: School) -> None:
    answer = await school.browser().get("/")
    assert answer.status_code == 503
    assert "make demo" in answer.text


async def test_with_tls_the_policy_names_secure_sockets(school: School, tmp_path: Path) -> None:
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / "index.html").write_text(INDEX)
    settings = replace(
        school.context.settings,
        public_origins=("https://formroom.example",),
        frontend_dir=tmp_path / "built",
    )
    answer = await school.with_settings(settings).browser().get("/")
    assert "connect-src 'self' wss://formroom.example;" in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")
