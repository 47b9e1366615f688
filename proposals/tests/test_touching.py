"""Which proposals an area shows: the open ones in which one of its committees has a part, if one may see them."""

from organizations.tests.factories import make_committee
from proposals.models import Interest
from proposals.queries.touching import touching
from proposals.tests.factories import make_circulated, make_proposal


def test_open_proposals_of_these_committees_only(cast):
    committee, other = make_committee("ISO/TC 9001", "ISO"), make_committee("ISO/TC 9002", "ISO")
    seen, draft = make_circulated(cast), make_proposal(cast)
    for proposal in (seen, draft):
        Interest.objects.create(proposal=proposal, committee=committee)
    label = (str(seen), seen.get_absolute_url())
    assert touching({committee.pk}, cast.iec_member) == [label]
    assert len(touching({committee.pk}, cast.iso_secretary)) == 2
    assert touching({other.pk}, cast.iec_member) == touching(set(), cast.iec_member) == []
    assert touching({committee.pk}, cast.outsider) == []
