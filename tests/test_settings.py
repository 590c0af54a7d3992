import os
import re
from pathlib import Path

import pytest

from webapp.settings import SETTINGS, BadSetting, from_environment

README = Path(__file__).parents[1] / "README.md"


def test_without_variables_every_setting_has_its_default():
    assert from_environment({}) == {setting.name: setting.default for setting in SETTINGS}


def test_a_variable_goes_before_its_default():
    values = from_environment({"DIGITS_DEADLINE": "0.5", "DIGITS_CORS_ORIGINS": "https://a.example https://b.example"})
    assert values["DIGITS_DEADLINE"] == 0.5
    assert values["DIGITS_CORS_ORIGINS"] == ["https://a.example", "https://b.example"]


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf"])
def test_a_value_that_cannot_be_used_is_named(text):
    with pytest.raises(BadSetting, match=f"DIGITS_DEADLINE cannot be '{text}': seconds"):
        from_environment({"DIGITS_DEADLINE": text})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DIGITS_RATE", "0", 0),
        ("DIGITS_RATE", "0.5", 0.5),
        ("DIGITS_PROXIES", "2", 2),
        ("DIGITS_LOG", "json", "json"),
        ("DIGITS_APART", "yes", True),
        ("DIGITS_CERTIFICATES", __file__, __file__),
        ("DIGITS_CORS_ORIGINS", "* http://[::1]:8080", ["*", "http://[::1]:8080"]),
        ("DIGITS_SERVING", "a:1,b:2", "a:1,b:2"),
        ("DIGITS_SERVING", "unix:/a/b, dns:///c:1,", "unix:/a/b, dns:///c:1,"),
        ("DIGITS_HOSTS", ".Digits.example zählen.example", [".digits.example", "xn--zhlen-gra.example"]),
    ],
)
def test_a_value_that_can_be_used_is(name, text, value):
    assert from_environment({name: text})[name] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DIGITS_LOG", "loud"),
        ("DIGITS_APART", "no"),
        ("DIGITS_PROXIES", "1.5"),
        ("DIGITS_RATE", "-1"),
        ("DIGITS_SERVING", ","),
        ("DIGITS_SERVING", "a:1,b"),
        ("DIGITS_SERVING", "a:65536"),
        ("DIGITS_HOSTS", "a..example"),
        ("DIGITS_HOSTS", "a.example:8080"),
        ("DIGITS_HOSTS", "[::1]"),
        ("DIGITS_HOSTS", "*"),
        ("DIGITS_HOSTS", "a.example,b.example"),
        ("DIGITS_DEADLINE", "1e10"),
        ("DIGITS_CORS_ORIGINS", "https://(.example"),
        ("DIGITS_CORS_ORIGINS", "https://a.example/"),
    ],
)
def test_a_value_of_another_kind_cannot_be_used(name, text):
    with pytest.raises(BadSetting, match=re.escape(f"{name} cannot be '{text}'")):
        from_environment({name: text})


def test_where_no_process_can_be_kept_to_a_core_none_is_said_to_be(monkeypatch):
    monkeypatch.delattr(os, "sched_setaffinity")
    with pytest.raises(BadSetting, match=r"DIGITS_APART cannot be 'yes': .* Linux only"):
        from_environment({"DIGITS_APART": "yes"})


def test_the_readme_lists_every_setting_with_its_default_and_sentence():
    rows = dict(re.findall(r"^\| `(DIGITS_\w+)` \| (.*) \|$", README.read_text(), re.M))
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "–"
        assert rows[setting.name] == f"{default} | {setting.sentence}"
