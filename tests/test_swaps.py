import pytest
from swaps import swap_under_load, two_networks

pytestmark = pytest.mark.train  # Keras makes the networks


def test_no_request_fails_and_every_answer_is_its_version_s_own_while_versions_come_and_go(tmp_path):
    networks = two_networks(tmp_path)
    asked = swap_under_load(tmp_path / "models", networks, swaps=3, rollbacks=1)
    assert asked.wrong == []
    assert set(asked.answers) == {1, 2, 3, 4}
