"""The compose file, the images and the Kubernetes manifests, as they are read on other machines."""

import re
from pathlib import Path

import yaml

SERVING = Path(__file__).parents[1] / "serving"
COMPOSE = yaml.safe_load((SERVING / "compose.yml").read_text())
KUSTOMIZATION = yaml.safe_load((SERVING / "kubernetes/kustomization.yaml").read_text())
MANIFESTS = {
    (manifest["kind"], manifest["metadata"]["name"]): manifest
    for path in SERVING.glob("kubernetes/*.yaml")
    for manifest in yaml.safe_load_all(path.read_text())
    if "metadata" in manifest
}


def told(image, argument):
    """The number that an image's command gives its server for an argument."""
    return int(re.search(rf'"--{argument}(?:=|", ")(\d+)"', (SERVING / f"{image}.Dockerfile").read_text())[1])


def named(kind):
    """All manifests of a kind, by name."""
    return {name: manifest["spec"] for (its, name), manifest in MANIFESTS.items() if its == kind}


def pod(name):
    """What a deployment's pods are made from."""
    return MANIFESTS["Deployment", name]["spec"]["template"]["spec"]


def container(name):
    """The only one of such a pod."""
    (one,) = pod(name)["containers"]
    return one


def ports(name):
    """By name, where the container listens."""
    return {port["name"]: port["containerPort"] for port in container(name)["ports"]}


def chosen(labels):
    """The deployments whose pods have these labels."""
    pods = {name: spec["template"]["metadata"]["labels"] for name, spec in named("Deployment").items()}
    return {name for name, its in pods.items() if labels.items() <= its.items()}
