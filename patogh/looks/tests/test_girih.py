"""Tiles, seal, icons and the tints of a brand."""

from xml.etree import ElementTree as ET

import pytest

from patogh.looks import contrast, girih, tint


def test_the_same_seed_gives_the_same_tile_and_another_seed_another():
    first = girih.avatar("mina")
    girih.avatar.cache_clear()
    assert girih.avatar("mina") == first
    assert girih.avatar("reza") != first


def test_a_tile_is_the_one_of_the_design():
    assert girih.avatar("mina").startswith(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><clipPath id="c">'
    )
    assert 'fill="#8E2B35"' in girih.avatar("mina")


def test_tiles_of_a_thousand_members_are_well_formed_and_differ():
    tiles = {girih.avatar(str(number)) for number in range(1000)}
    for tile in list(tiles)[:50]:
        ET.fromstring(tile)
    assert len(tiles) > 200


@pytest.mark.parametrize(
    "drawing", [girih.seal(64), girih.star(), girih.empty(), girih.mark(), girih.app_icon("#0c7c7c")]
)
def test_every_drawing_is_well_formed(drawing):
    ET.fromstring(drawing)


@pytest.mark.parametrize("colour", ["#C0392B", "#FFFF00", "#000000", "#FFFFFF", "#7F00FF", "#0C7C7C"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_any_brand_colour_becomes_shades_that_read_well(colour, theme):
    tokens = {**contrast.themes()[theme], **tint.shades(colour, theme)}
    assert [
        pair for pair in contrast.pairs(tokens) if "fir" in pair.front + pair.ground and pair.ratio < pair.least
    ] == []


def test_a_thing_without_a_picture_has_a_quiet_field_of_its_own():
    field = girih.field("idea-7")
    assert ET.fromstring(field).tag.endswith("svg")
    assert field == girih.field("idea-7") != girih.field("idea-8")
