"""Nothing is swept while the rooms are loaded, and everything afterwards as before."""

import gc

import pytest

import patogh.kit
from patogh.kit.apps import KitConfig


@pytest.fixture(autouse=True)
def _swept_as_before(monkeypatch):
    monkeypatch.setattr("gc.freeze", lambda: None)
    before = gc.isenabled()
    yield
    (gc.enable if before else gc.disable)()


@pytest.mark.once
@pytest.mark.parametrize("is_swept", [True, False])
def test_sweeping_rests_while_the_rooms_load_and_goes_on_as_it_was(is_swept):
    (gc.enable if is_swept else gc.disable)()
    kit = KitConfig("patogh.kit", patogh.kit)
    assert not gc.isenabled()
    kit.sweep_again()
    assert gc.isenabled() == is_swept
