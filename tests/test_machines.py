"""The images and manifests for other machines, as far as a machine without Docker can tell."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from manifests import COMPOSE, KUSTOMIZATION, MANIFESTS, SERVING, container, named, pod, told

from digits.lattice import MOST_PIECES, MOST_SLOTS
from serving import config, labels
from serving.__main__ import main
from webapp.settings import SETTINGS

ROOT = Path(__file__).parents[1]
KEPT = 30  # seconds that a cluster's DNS may keep an answer, where nothing else is said to CoreDNS
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("name", ["web.Dockerfile", "model.Dockerfile"])
def test_hadolint_finds_nothing_in_a_dockerfile(name):
    subprocess.run([BIN / "hadolint", SERVING / name], check=True)


@pytest.mark.parametrize("name", ["web.Dockerfile", "model.Dockerfile"])
def test_an_image_can_be_read_by_its_user_whatever_the_umask_of_the_clone(name):
    stage = (SERVING / name).read_text().rpartition("FROM ")[2]
    home = Path(re.search(r"^WORKDIR (.+)|$", stage, re.M)[1] or "/")
    copied = [home / target for target in re.findall(r"^COPY (?!--from=packages).* (\S+)$", stage, re.M)]
    done, _, _ = stage.rpartition("\nCOPY ")[2].partition("\nUSER 10001\n")
    opened = {home / path for path in re.search(r"chmod -R a\+rX (.+)", done)[1].split()}
    assert len(copied) > 1 and all(opened & {target, *target.parents} for target in copied)


def test_the_web_image_is_healthy_behind_a_proxy_too(live_url):
    dockerfile = (SERVING / "web.Dockerfile").read_text().replace("\\\n", "")
    _, *command = json.loads(re.search(r"HEALTHCHECK .*CMD (\[.*\])", dockerfile)[1])
    proxied = os.environ | {"http_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    for port, healthy in ((urlsplit(live_url).port, True), (9, False)):
        asked = [sys.executable, *(part.replace(":8080", f":{port}") for part in command)]
        assert (subprocess.run(asked, env=proxied, stderr=subprocess.DEVNULL).returncode == 0) == healthy


def test_the_compose_file_is_one():
    subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", SERVING / "compose.yml"], check=True
    )


def test_the_manifests_are_what_kubernetes_takes():
    paths = sorted(SERVING.glob("kubernetes/[!k]*.yaml"))
    told = subprocess.run([BIN / "kubernetes-validate", "--strict", *paths], capture_output=True, text=True)
    assert told.returncode == 0 and all(path.name in told.stdout + told.stderr for path in paths), told


def test_the_kustomization_names_every_manifest():
    listed = {*KUSTOMIZATION["resources"], "kustomization.yaml"}
    assert listed == {path.name for path in SERVING.glob("kubernetes/*.yaml")}


def test_the_models_config_is_read_by_the_embedded_server_too():
    (digits,) = config.read(SERVING / "tensorflow/models.config")
    assert (digits.name, digits.base_path) == ("digits", "/models/digits")


def test_labels_that_are_given_outside_reach_the_server_inside(tmp_path, monkeypatch):
    monkeypatch.setattr("serving.labels.sleep", lambda _: None)
    dockerfile = (SERVING / "model.Dockerfile").read_text()
    assert "./tensorflow:/config:ro" in COMPOSE["services"]["model"]["volumes"]
    assert "--model_config_file=/config/models.config" in dockerfile
    assert 2 * told("model", "model_config_file_poll_wait_seconds") < labels.FOLLOWED
    path = shutil.copy(SERVING / "tensorflow/models.config", tmp_path)
    for change in (["label", "stable", "1"], ["label", "canary", "2"], ["promote", "canary"], ["rollback", "1"]):
        assert main(["--config", path, *change]) == 0
    (digits,) = config.read(Path(path))
    assert (digits.base_path, dict(digits.version_labels)) == ("/models/digits", {"stable": 1})


@pytest.mark.parametrize("name", ["web", "model"])
def test_pods_run_without_rights_and_with_limits(name):
    its, all_of_them = container(name)["securityContext"], pod(name)["securityContext"]
    user = re.search(r"^USER (\d+)$", (SERVING / f"{name}.Dockerfile").read_text(), re.M)[1]
    assert all_of_them == {
        "runAsNonRoot": True,
        "runAsUser": int(user),
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert its == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod(name)["automountServiceAccountToken"] is False
    assert {"cpu", "memory"} <= container(name)["resources"]["limits"].keys()
    assert container(name)["resources"]["requests"] == container(name)["resources"]["limits"]
    assert {"readinessProbe", "livenessProbe"} <= container(name).keys()


def test_the_cluster_takes_no_pod_with_more_rights():
    labels = MANIFESTS["Namespace", KUSTOMIZATION["namespace"]]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("name", ["web", "model"])
def test_containers_run_without_rights(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.keys() & {"privileged", "cap_add", "user", "pid", "ipc", "devices"}


def test_the_model_server_which_does_not_know_sigterm_is_not_process_1():
    assert COMPOSE["services"]["model"]["init"] is True


def test_a_model_pod_stays_until_the_last_client_has_looked_its_name_up_again():
    age = int(re.search(r"max_connection_age_ms=(\d+)", (SERVING / "model.Dockerfile").read_text())[1]) / 1000
    _, stays = container("model")["lifecycle"]["preStop"]["exec"]["command"]
    assert 1.1 * age + KEPT < int(stays) < pod("model")["terminationGracePeriodSeconds"]


def test_no_web_pod_is_taken_out_because_the_model_is_away():
    probes = ("readinessProbe", "livenessProbe")
    assert {container("web")[probe]["httpGet"]["path"] for probe in probes} == {"/healthz"}


def test_a_page_gets_its_files_from_the_pod_that_named_them_while_versions_change():
    assert named("Service")["web"]["sessionAffinity"] == "ClientIP"


@pytest.mark.parametrize("name", ["web", "model"])
def test_nodes_can_be_emptied_however_many_pods_there_are(name):
    budget = named("PodDisruptionBudget")[name]
    assert budget["maxUnavailable"] == 1 and "minAvailable" not in budget


def test_settings_in_manifests_are_settings_of_the_app():
    known = {setting.name for setting in SETTINGS}
    assert set(re.findall(r"DIGITS_\w+", (SERVING / "kubernetes/web.yaml").read_text())) <= known
    handed_on = dict(COMPOSE["services"]["web"]["environment"])
    assert handed_on.keys() == known - {
        "DIGITS_CERTIFICATES",
        "DIGITS_APART",
    }  # a file, and a server, which the image has not
    handed_on.pop("DIGITS_SERVING")
    assert all(text == f"${{{name}:-}}" for name, text in handed_on.items())


def test_tensorflow_serving_takes_all_candidates_of_one_ink_at_once():
    batching = (SERVING / "tensorflow/batching.config").read_text()
    assert int(re.search(r"max_batch_size \{ value: (\d+) \}", batching)[1]) >= MOST_SLOTS * MOST_PIECES


def test_the_web_image_holds_all_that_the_page_needs_and_no_engine(tmp_path):
    copies = re.findall(
        r"^COPY ((?:digits|serving|webapp)\S*) (\./\S+)$", (SERVING / "web.Dockerfile").read_text(), re.M
    )
    for source, target in copies[1:]:  # the first is the page's stage
        for path in ROOT.glob(source):
            into = tmp_path / target / (path.name if target.endswith("/") else "")
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(path, into) if path.is_dir() else shutil.copy(path, into)
    told = "import sys; sys.modules['openvino'] = None; import webapp.__main__, webapp.app; print(webapp.app.__file__)"
    said = subprocess.check_output([sys.executable, "-c", told], cwd=tmp_path, text=True)
    assert said.startswith(str(tmp_path))
