"""What the name of a folder of metadata tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_core.installed.folders import is_metadata, named_by


@pytest.mark.parametrize(
    ("folder", "key", "version"),
    [
        ("acts-1.0.dist-info", "acts", "1.0"),
        ("Acts__Extra.more-1.0.DIST-INFO", "acts-extra-more", "1.0"),
        ("acts-1!2.0+cpu.dist-info", "acts", "1!2.0+cpu"),
        ("acts.egg-info", "acts", ""),
        ("acts.more.egg-info", "acts-more", ""),
        ("acts-1.0.egg-info", "acts", "1.0"),
        ("acts-1.0-py3.11.egg-info", "acts", "1.0"),
        ("acts-1.0-py3.11-linux-x86_64.egg-info", "acts", "1.0"),
        ("acts-1.0-py3.11.egg", "acts", "1.0"),
        # Nothing tells where the name ends, or that it does.
        ("acts.dist-info", "", ""),
        ("acts-extra-1.0.dist-info", "", ""),
        ("acts.DIST-INFO", "", ""),
        ("acts-1.0-1.DIST-INFO", "", ""),
        ("acts-1.0-1.dist-info", "", ""),
        ("acts-.dist-info", "", ""),
        ("acts-extra.dist-info", "", ""),
        ("acts-extra-1.0.egg-info", "", ""),
        ("acts\x1b-1.0.dist-info", "", ""),
        ("acts\udcff-1.0.dist-info", "", ""),
        (".dist-info", "", ""),
        ("-1.0.dist-info", "", ""),
        ("~cts-1.0.dist-info", "", ""),
    ],
)
def test_a_folder_is_named_by_its_name_as_far_as_that_tells(
    folder: str, key: str, version: str
) -> None:
    assert named_by(folder, "site-packages") == (key, version)


@given(st.text("Aa1._-~\x1b\u0131", max_size=6), st.text("1a.-+\x1b", max_size=4))
def test_folders_as_wheels_have_them_are_named_as_all_others_are(name: str, version: str) -> None:
    as_wheel = named_by(f"{name}-{version}.dist-info", "site-packages")
    assert as_wheel == named_by(f"{name}-{version}.DIST-INFO", "site-packages")


@pytest.mark.parametrize("folder", ["EGG-INFO", "egg-info"])
def test_the_metadata_of_an_egg_is_named_by_the_egg(folder: str) -> None:
    assert named_by(folder, "/eggs/Acts.More-1.0-py3.11.egg") == ("acts-more", "1.0")
    assert named_by(folder, "/eggs/acts.egg") == ("acts", "")


@pytest.mark.parametrize(
    ("child", "place", "expected"),
    [
        ("acts-1.0.dist-info", "site", True),
        ("ACTS-1.0.Dist-Info", "site", True),
        ("acts.egg-info", "site", True),
        ("acts", "site", False),
        ("dist-info", "site", False),
        ("acts-1.0.dist-info.bak", "site", False),
        ("acts-1.0.egg", "site", False),
        ("EGG-INFO", "site", False),
        ("EGG-INFO", "acts-1.0.egg", True),
        ("egg-info", "ACTS-1.0.EGG", True),
        ("METADATA", "acts-1.0.egg", False),
    ],
)
def test_metadata_is_told_by_its_name_in_any_case(child: str, place: str, expected: bool) -> None:
    assert is_metadata(child, place) is expected
