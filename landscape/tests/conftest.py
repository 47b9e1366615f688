"""An area with committees of every organization, and a round in which it is scored."""

import pytest
from hypothesis import HealthCheck, settings

from landscape.tests.factories import make_full_area, make_round

# On a busy machine an example is slow to be drawn or tried; that says nothing about the rule.
settings.register_profile("landscape", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("landscape")


@pytest.fixture
def area(cast):
    return make_full_area(cast.iso_secretary)


@pytest.fixture
def round(cast, area):
    return make_round(cast.iso_secretary)
