"""What Grafana shows, against what the web server and the model server tell."""

import json
import re
import urllib.request
from pathlib import Path

import inks
import pytest
from live import post
from prometheus_client.parser import text_string_to_metric_families

from serving.metrics import Metrics

PANELS = json.loads((Path(__file__).parents[1] / "serving/watch/dashboard.json").read_text())["panels"]
TARGETS = [target for panel in PANELS for target in panel["targets"]]
ADDED = {"job", "instance"}  # by Prometheus itself, with values of its owner's own choice


def grouped(expression):
    """The labels that a PromQL expression groups or joins by."""
    return set(re.findall(r"\w+", " ".join(re.findall(r"\b(?:by|on) \(([^)]*)\)", expression))))


def asked(expression):
    """The metrics that a PromQL expression asks for, each with the labels that it has to have."""
    bare = re.sub(r"\b(?:by|on) \([^)]*\)|\[\w+\]|\b\w+\(|\b(?:sum|and)\b", " ", expression)
    for name, matchers in re.findall(r"([a-zA-Z_:][\w:]*|(?={))(?:{([^}]*)})?", bare):
        pairs = re.findall(r'(\w+)="([^"]*)"', matchers)
        assert ", ".join(f'{label}="{value}"' for label, value in pairs) == matchers  # all of it is understood
        labels = dict(pairs)
        yield labels.pop("__name__", name), labels


@pytest.fixture(scope="module")
def told(live_url):
    """Every sample that the two servers tell, after a request: its name and labels."""
    post(live_url, {"strokes": inks.one_seven})
    model = Metrics()
    model.count("digits", "GRPC", "OK", 0.001)
    web = urllib.request.urlopen(f"{live_url}/metrics", timeout=10).read().decode()
    # without the types, for the parser would rename counters that do not end in _total, as Prometheus does not
    families = text_string_to_metric_families(re.sub(r"(?m)^#.*\n", "", web + model.text()))
    return [(one.name, one.labels) for family in families for one in family.samples]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target["expr"])
def test_every_figure_on_the_dashboard_is_told_with_the_labels_that_it_is_asked_by(told, target):
    groups = grouped(target["expr"]) - ADDED
    for name, labels in asked(target["expr"]):
        assert not labels.keys() & ADDED
        assert any(name == its and labels.items() <= has.items() and groups <= has.keys() for its, has in told)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target["expr"])
def test_a_legend_names_what_is_left_after_grouping(target):
    named = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
    assert named <= (grouped(target["expr"]) if "sum" in target["expr"] else ADDED)
    assert "le" in grouped(target["expr"]) or "histogram_quantile" not in target["expr"]


def test_the_dashboard_shows_both_servers():
    names = {name for target in TARGETS for name, _ in asked(target["expr"])}
    assert len([name for name in names if name.startswith("inkdigits_")]) > 12
    assert {name for name in names if name.startswith((":", "process_"))} == {
        ":tensorflow:serving:request_count",
        ":tensorflow:serving:request_latency_bucket",
        "process_open_fds",
        "process_resident_memory_bytes",
    }
