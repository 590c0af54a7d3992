import gc
import shutil
import weakref

import pytest

from serving import predict_pb2 as pb
from serving.__main__ import MODELS
from serving.catalogue import Catalogue
from serving.config import BadConfig, found
from serving.model import Model


@pytest.fixture
def base(tmp_path):
    shutil.copytree(MODELS / "digits" / "1", tmp_path / "digits" / "1")
    shutil.copytree(MODELS / "digits" / "1", tmp_path / "digits" / "2")
    return tmp_path


def model(base, name="digits", **more):
    return pb.ModelConfig(name=name, base_path=str(base / "digits"), **more)


ALL = pb.ServableVersionPolicy(all=pb.ServableVersionPolicy.All())


@pytest.fixture
def catalogue(base):
    return Catalogue([model(base)])


def test_models_are_found_by_name(catalogue):
    assert catalogue.find("digits").version == 2
    with pytest.raises(LookupError):
        catalogue.find("letters")


def test_it_is_ready_when_there_are_models_and_every_one_is(catalogue, tmp_path):
    assert catalogue.ready
    assert not Catalogue([]).ready
    assert not Catalogue([pb.ModelConfig(name="letters", base_path=str(tmp_path / "nothing"))]).ready


def test_another_configuration_takes_over(catalogue, base):
    catalogue.reload([model(base, model_version_policy=ALL), model(base, "more")])
    assert catalogue.find("digits", 1).version == 1 and catalogue.find("more").version == 2


def test_a_model_that_stays_is_not_loaded_again(catalogue, base):
    before = catalogue.find("digits")
    catalogue.reload([model(base, model_version_policy=ALL)])
    assert catalogue.find("digits") is before


def test_labels_come_with_a_configuration_and_need_their_version(catalogue, base):
    catalogue.reload([model(base, model_version_policy=ALL)])
    catalogue.reload([model(base, model_version_policy=ALL, version_labels={"stable": 1})])
    assert catalogue.find("digits", label="stable").version == 1
    for version in (9, 1):  # one that is not there, and one that would be let go
        with pytest.raises(BadConfig, match=f"version {version} of model digits, which is not currently"):
            catalogue.reload([model(base, version_labels={"canary": version})])
    assert catalogue.find("digits", label="stable").version == 1


def test_a_configuration_with_nothing_to_serve_changes_nothing(catalogue, base):
    with pytest.raises(BadConfig, match=r"letters: nothing in .*/letters can be served"):
        catalogue.reload([pb.ModelConfig(name="letters", base_path=str(base / "letters"))])
    assert catalogue.find("digits").version == 2
    with pytest.raises(BadConfig):
        catalogue.reload(
            [model(base, model_version_policy=ALL), pb.ModelConfig(name="letters", base_path=str(base / "letters"))]
        )
    assert catalogue.versions("digits").available == {2}


def test_a_configuration_that_is_tried_again_and_again_tells_once_of_what_is_broken(catalogue, base, caplog):
    letters = pb.ModelConfig(name="letters", base_path=str(base / "letters"))
    (base / "letters" / "1").mkdir(parents=True)
    for _ in range(3):
        with pytest.raises(BadConfig, match="letters: nothing in"):
            catalogue.reload([model(base), letters])
    assert len([record for record in caplog.records if "is not served" in record.message]) == 1
    shutil.copytree(base / "digits" / "1", base / "letters" / "2")
    catalogue.reload([model(base), letters])
    assert catalogue.find("letters").version == 2


def test_what_was_loaded_for_a_configuration_that_is_refused_is_let_go(catalogue, base, monkeypatch):
    loaded = []

    def load(folder):
        made = Model(folder)
        loaded.append(weakref.ref(made))
        return made

    monkeypatch.setattr("serving.versions.Model", load)
    with pytest.raises(BadConfig, match="letters"):
        catalogue.reload([model(base, model_version_policy=ALL), pb.ModelConfig(name="letters", base_path="/nowhere")])
    gc.collect()
    assert [one() for one in loaded] == [None]


def test_versions_and_their_labels_come_in_one_step(catalogue, base):
    catalogue.reload([model(base, model_version_policy=ALL, version_labels={"stable": 1, "canary": 2})])
    assert catalogue.find("digits", label="stable").version == 1
    assert catalogue.find("digits", label="canary").version == catalogue.find("digits").version == 2


def test_where_models_are_found_those_that_can_be_served_are_and_the_broken_one_is_told_once(catalogue, base, caplog):
    (base / "a" / "1").mkdir(parents=True)
    shutil.copytree(base / "digits" / "1", base / "letters" / "1")
    before = catalogue.find("digits")
    catalogue.reload(found(base))
    catalogue.look(), catalogue.look()
    assert catalogue.find("letters").version == 1 and catalogue.find("digits") is before and catalogue.ready
    assert len([record for record in caplog.records if "version 1 of a is not served" in record.message]) == 1
    shutil.copytree(base / "digits" / "1", base / "a" / "2")
    catalogue.look()
    assert catalogue.find("a").version == 2


def test_a_start_with_a_broken_model_among_those_found_is_ready_and_one_with_that_alone_is_not(base):
    (base / "a" / "1").mkdir(parents=True)
    assert Catalogue(found(base)).ready
    shutil.rmtree(base / "digits")
    assert not Catalogue(found(base)).ready


def test_a_model_that_is_asked_for_and_broken_is_never_ready(catalogue, base):
    (base / "a" / "1").mkdir(parents=True)
    assert not Catalogue(list(found(base))).ready
    with pytest.raises(BadConfig, match="nothing in"):
        catalogue.reload(list(found(base)))


def test_a_folder_of_models_that_takes_over_from_a_configuration_serves_the_newest_again(catalogue, base):
    first = pb.ServableVersionPolicy(specific=pb.ServableVersionPolicy.Specific(versions=[1]))
    catalogue.reload([model(base, model_version_policy=first)])
    assert catalogue.find("digits").version == 1
    catalogue.reload(found(base))
    assert catalogue.find("digits").version == 2
