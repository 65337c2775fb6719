"""Files of a split list in one archive: whatever the places are called, none goes over another or out of its folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.apps.exports.services.parts import part_stems
from huiliu.apps.exports.services.sources import Part

NAMES = st.text(st.sampled_from("城C../\\_44:\u202e\n"), max_size=6) | st.text(max_size=90) | st.just("区" * 90)
CODES = st.text(st.sampled_from("4/.:_城\n"), max_size=4) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("places", "names"),
    [
        ({"1": "城南", "2": "城北"}, ["名单_城南", "名单_城北"]),
        ({"1": "城南", "2": "城南"}, ["名单_城南_1", "名单_城南_2"]),
        ({"1": "城南", "2": "城南", "3": "城南_1"}, ["名单_城南_1_2", "名单_城南_2", "名单_城南_1"]),
        ({"4/1": "城", "41": "城"}, ["名单_城_41", "名单_城_41_2"]),
        ({"1": "../城", "2": "", "": ""}, ["名单_城", "名单_未填", "名单_未填写"]),
    ],
)
def test_places_are_told_apart(places, names):
    assert list(part_stems("名单", [Part(code, name, 1) for code, name in places.items()]).values()) == names


@given(st.dictionaries(CODES, NAMES, max_size=12), st.text(max_size=60))
def test_no_two_files_have_one_name(places, title):
    stems = part_stems(title, [Part(code, name, 1) for code, name in places.items()])
    assert set(stems) == set(places)
    assert len({stem.casefold() for stem in stems.values()}) == len(places)
    for stem in stems.values():
        assert stem.isprintable()
        assert not set(stem) & set('/\\:*?"<>|')
        assert not stem.startswith(".")
        assert len(f"{stem}.xlsx".encode()) <= 255
