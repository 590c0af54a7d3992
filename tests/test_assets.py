import json
import re

import pytest

from webapp import assets


@pytest.fixture
def dist(tmp_path, monkeypatch):
    """A built page of one script, in place of the real one."""
    monkeypatch.setattr(assets, "DIST", tmp_path)
    for ending in ("", ".br", ".gz"):
        (tmp_path / f"page-ABC.js{ending}").write_text(f"script{ending}")
    (tmp_path / "manifest.json").write_text(json.dumps({"page.js": "page-ABC.js"}))
    return tmp_path


def test_a_plain_name_stands_for_the_file_with_its_hash(app, dist):
    with app.test_request_context():
        assert assets.asset("page.js") == "/static/dist/page-ABC.js"


def test_a_page_that_is_not_built_says_what_to_do(client, dist):
    (dist / "manifest.json").unlink()
    reply = client.get("/")
    assert reply.status_code == 503 and "make page" in reply.text


@pytest.mark.parametrize(
    ("takes", "gets", "text"),
    [
        ("gzip, br", "br", "script.br"),
        ("gzip", "gzip", "script.gz"),
        ("br;q=0, gzip", "gzip", "script.gz"),
        ("", None, "script"),
    ],
)
def test_a_file_is_sent_in_the_smallest_form_that_the_browser_takes(client, dist, takes, gets, text):
    with client.get("/static/dist/page-ABC.js", headers={"Accept-Encoding": takes}) as reply:
        assert (reply.headers.get("Content-Encoding"), reply.text) == (gets, text)
        assert reply.mimetype == "text/javascript" and reply.headers["Vary"] == "Accept-Encoding"


def test_a_file_is_not_held_open_until_its_reader_has_it(client, dist):
    def held(file, size):
        raise AssertionError("waitress would keep it")

    with client.get("/static/dist/page-ABC.js", environ_overrides={"wsgi.file_wrapper": held}) as reply:
        assert reply.text == "script"


def test_who_has_a_part_of_another_file_gets_the_whole(client, dist):
    asked = {"Range": "bytes=2-", "If-Range": '"of-another"'}
    with client.get("/static/dist/page-ABC.js", headers=asked) as reply:
        assert (reply.status_code, reply.text) == (200, "script")


def test_who_asks_for_another_file_only_gets_this_one(client, dist):
    with client.get("/static/dist/page-ABC.js", headers={"If-Match": '"of-another"'}) as reply:
        assert (reply.status_code, reply.text) == (200, "script")


def test_the_script_for_other_pages_has_an_address_that_stays(client, dist):
    (dist / "manifest.json").write_text(json.dumps({"digit-input.js": "page-ABC.js"}))
    with client.get("/digit-input.js", headers={"Accept-Encoding": "br"}) as reply:
        assert (reply.text, reply.mimetype, reply.content_encoding) == ("script.br", "text/javascript", "br")
        assert reply.cache_control.max_age == assets.BRIEFLY and not reply.cache_control.immutable
        assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = {"Accept-Encoding": "br", "If-None-Match": reply.headers["ETag"]}
    with client.get("/digit-input.js", headers=again) as reply:
        assert reply.status_code == 304


def test_the_page_about_the_script_names_its_address(client):
    page = client.get("/embed", headers={"Host": "digits.example"}).text
    assert 'script src="http://digits.example/digit-input.js"' in page and '<script src="/digit-input.js">' in page


def test_what_carries_its_hash_is_kept_and_the_page_is_not(client):
    page = client.get("/")
    script = re.search(r"/static/dist/page-\w+\.js", page.text)[0]
    with client.get(script) as reply:
        kept = reply.cache_control
        assert kept.max_age == assets.YEAR and kept.immutable and not kept.no_cache
    assert "max-age" not in page.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "name", ["nothing.js", "manifest.json", "built", "../src/page.js", "..%2f..%2fapp.py", "a" * 300]
)
def test_nothing_else_is_sent(client, name):
    assert client.get(f"/static/dist/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_a_date_beyond_all_years_is_let_be(client):
    with client.get("/digit-input.js", headers={"If-Modified-Since": "Mon, 01 Jan 99999999999 00:00:00 GMT"}) as reply:
        assert reply.status_code == 200
