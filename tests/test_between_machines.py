"""How the parts find each other on other machines, and who reaches whom: names, ports, paths, as they are resolved."""

import json
import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
import yaml
from manifests import COMPOSE, KUSTOMIZATION, MANIFESTS, SERVING, chosen, container, named, pod, ports, told

from serving import config, rest

SERVICES = COMPOSE["services"]
PROMETHEUS = 9090  # where it listens if nothing else is said to it
LISTENS = {
    "web": {"http": told("web", "port")},
    "model": {"grpc": told("model", "port"), "rest": told("model", "rest_api_port")},
    "prometheus": {"http": PROMETHEUS},
}
WATCH = {path.name: yaml.safe_load(path.read_text()) for path in SERVING.glob("watch/*.yml")}
DASHBOARD = json.loads((SERVING / "watch/dashboard.json").read_text())
MODEL_IMAGE = (SERVING / "model.Dockerfile").read_text()
GRAFANA = "/etc/grafana/provisioning"
TO_WEB = {"podSelector": {"matchLabels": {"app": "web"}}}
TO_MODEL = {"podSelector": {"matchLabels": {"app": "model"}}}
MONITORING = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}


def reached(service, address):
    """The service, and the name of its port, that one service of the compose file reaches at host:port."""
    host, _, port = address.rpartition(":")
    assert set(SERVICES[service]["networks"]) & set(SERVICES[host]["networks"])
    return host, {number: name for name, number in LISTENS[host].items()}[int(port)]


def mounts(service):
    """By place inside, what of serving/ lies there."""
    pairs = [text.removesuffix(":ro").split(":") for text in SERVICES[service].get("volumes", ())]
    assert all((SERVING / here).exists() for here, _ in pairs)
    return {inside: here.removeprefix("./") for here, inside in pairs}


def policy(name, way):
    """The rules of the one policy for these pods, in or out."""
    (rules,) = (spec for spec in named("NetworkPolicy").values() if name in chosen(spec["podSelector"]["matchLabels"]))
    assert {"Ingress", "Egress"} == set(rules["policyTypes"])
    return rules.get(way, [])


def tcp(port):
    return [{"port": port, "protocol": "TCP"}]


def test_on_one_machine_the_model_is_published_to_nobody():
    assert not SERVICES["model"].keys() & {"ports", "network_mode"}
    assert SERVICES["model"]["networks"] == ["back"] and COMPOSE["networks"]["back"]["internal"]


def test_on_many_machines_the_model_is_published_to_nobody():
    assert not {kind for kind, _ in MANIFESTS} & {"Ingress", "Gateway", "HTTPRoute", "GRPCRoute", "TCPRoute"}
    services = [spec for spec in named("Service").values() if "model" in chosen(spec["selector"])]
    assert services and all(spec["clusterIP"] == "None" for spec in services)
    assert not any(spec.keys() & {"type", "externalIPs", "loadBalancerIP"} for spec in services)
    assert "hostNetwork" not in pod("model") and not any("hostPort" in port for port in container("model")["ports"])
    assert policy("model", "egress") == [] and policy("model", "ingress") == [
        {"from": [TO_WEB], "ports": tcp("grpc")},
        {"from": [MONITORING], "ports": tcp("rest")},
    ]


def test_web_pods_are_open_to_all_and_reach_the_model_and_dns_wherever_that_is():
    names = [{"port": port, "protocol": protocol} for port in (53, 5353) for protocol in ("UDP", "TCP")]
    assert policy("web", "ingress") == [{"ports": tcp("http")}]
    assert policy("web", "egress") == [{"to": [TO_MODEL], "ports": tcp("grpc")}, {"ports": names}]


@pytest.mark.parametrize("name", ["web", "model"])
def test_what_is_said_of_pods_is_said_of_those_that_there_are(name):
    deployment = MANIFESTS["Deployment", name]
    assert chosen(deployment["spec"]["selector"]["matchLabels"]) == {name}
    assert chosen(named("PodDisruptionBudget")[name]["selector"]["matchLabels"]) == {name}
    assert chosen(named("Service")[name]["selector"]) == {name}
    assert chosen(named("NetworkPolicy")[name]["podSelector"]["matchLabels"]) == {name}
    target = named("HorizontalPodAutoscaler")[name]["scaleTargetRef"]
    assert target == {"apiVersion": deployment["apiVersion"], "kind": "Deployment", "name": name}
    assert container(name)["image"] in {image["name"] for image in KUSTOMIZATION["images"]}
    mounted = {mount["name"] for mount in container(name)["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod(name)["volumes"]}
    assert KUSTOMIZATION["namespace"] in {name for kind, name in MANIFESTS if kind == "Namespace"}


@pytest.mark.parametrize("name", ["web", "model"])
def test_pods_are_asked_where_their_image_listens(name):
    assert ports(name) == LISTENS[name]
    assert all(port["targetPort"] in ports(name) for port in named("Service")[name]["ports"])
    probes = [its for key, its in container(name).items() if key.endswith("Probe")]
    assert probes and all((its.get("httpGet") or its["tcpSocket"])["port"] in ports(name) for its in probes)
    exposed = re.search(r"^EXPOSE (.+)$", (SERVING / f"{name}.Dockerfile").read_text(), re.M)[1]
    assert exposed.split() == [str(port) for port in ports(name).values()]


def test_web_pods_find_the_model_by_name_and_port():
    (said,) = (one["value"] for one in container("web")["env"] if one["name"] == "DIGITS_SERVING")
    host, port = re.fullmatch(r"dns:///(\w+):(\d+)", said).groups()
    service = named("Service")[host]
    assert chosen(service["selector"]) == {"model"} and int(port) == ports("model")["grpc"]
    # a headless name stands for the pods themselves: nobody translates a port on the way
    assert all(one["port"] == ports("model")[one["targetPort"]] for one in service["ports"])


def test_in_the_compose_file_all_find_each_other_by_name_and_port():
    assert reached("web", SERVICES["web"]["environment"]["DIGITS_SERVING"].removeprefix("dns:///")) == ("model", "grpc")
    assert SERVICES["web"]["ports"] == [f"${{PORT:-80}}:{LISTENS['web']['http']}"]
    (source,) = WATCH["datasource.yml"]["datasources"]
    assert reached("grafana", urlsplit(source["url"]).netloc) == ("prometheus", "http")


def test_prometheus_asks_where_figures_are_told(app):
    (told_by_web,) = (rule.rule for rule in app.url_map.iter_rules() if "metrics" in rule.endpoint)
    told_by_model = re.search(r'path: "(.+)"', (SERVING / "tensorflow/monitoring.config").read_text())[1]
    wanted = {("web", "http", told_by_web), ("model", "rest", rest.METRICS)}
    targets = {
        (address, job.get("metrics_path", "/metrics"))
        for job in WATCH["prometheus.yml"]["scrape_configs"]
        for listed in job["static_configs"]
        for address in listed["targets"]
    }
    assert told_by_model == rest.METRICS and "--monitoring_config_file=/config/monitoring.config" in MODEL_IMAGE
    assert {(*reached("prometheus", address), path) for address, path in targets} == wanted
    for name, port, path in wanted:
        said = named("Deployment")[name]["template"]["metadata"]["annotations"]
        assert said["prometheus.io/scrape"] == "true" and said["prometheus.io/port"] == str(ports(name)[port])
        assert said.get("prometheus.io/path", "/metrics") == path


def test_grafana_and_prometheus_find_what_is_mounted():
    assert mounts("prometheus") == {"/etc/prometheus/prometheus.yml": "watch/prometheus.yml"}
    inside = {here: PurePosixPath(place) for place, here in mounts("grafana").items()}
    assert inside["watch/datasource.yml"].parent == PurePosixPath(GRAFANA, "datasources")
    assert inside["watch/dashboards.yml"].parent == PurePosixPath(GRAFANA, "dashboards")
    folders = [one["options"]["path"] for one in WATCH["dashboards.yml"]["providers"]]
    assert folders == [str(inside["watch/dashboard.json"].parent)]
    (source,) = WATCH["datasource.yml"]["datasources"]
    assert {(one["datasource"]["type"], one["datasource"]["uid"]) for one in DASHBOARD["panels"]} == {
        (source["type"], source["uid"])
    }


def test_the_model_server_finds_its_files_whether_copied_or_mounted():
    copied = {inside: here for here, inside in re.findall(r"^COPY serving/(\S+) (\S+)$", MODEL_IMAGE, re.M)}
    assert copied == mounts("model")
    (digits,) = config.read(SERVING / "tensorflow/models.config")
    paths = [PurePosixPath(path) for path in re.findall(r"_file=([^\"]+)", MODEL_IMAGE)]
    assert len(paths) == 3
    for path in (*paths, PurePosixPath(digits.base_path)):
        assert (SERVING / copied[str(path.parent)] / path.name).exists()


def test_the_model_is_ready_when_it_serves_the_model_that_there_is():
    (digits,) = config.read(SERVING / "tensorflow/models.config")
    for probe in ("startupProbe", "readinessProbe"):
        match = rest.PATH.fullmatch(container("model")[probe]["httpGet"]["path"])
        assert match.groups() == (digits.name, None, None, None)
