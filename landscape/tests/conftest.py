"""An area with committees of every organization, and a round in which it is scored."""

import pytest

from landscape.tests.factories import make_full_area, make_round


@pytest.fixture
def area(cast):
    return make_full_area(cast.iso_secretary)


@pytest.fixture
def round(cast, area):
    return make_round(cast.iso_secretary)
