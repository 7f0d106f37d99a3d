"""Who sees a layer, and how far its data may go (元数据: 共享范围; S0-06, S3-19).

The owner of the data sets the scope: the centre < listed bodies < everybody with a post in the city < the public.
What is shown or given away beyond it is refused, in forms, imports, services and exports alike."""

from collections.abc import Sequence

from citygrid.maps.models import Layer, Sharing
from citygrid.maps.problems import LayerError
from citygrid.organization.models import Side
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed

STEPS: Sequence[str] = (Sharing.CENTRE, Sharing.BODIES, Sharing.CITY, Sharing.PUBLIC)


def visible(layer: Layer, signed: Signed | None) -> bool:
    """Whether this layer exists for somebody. Whoever manages the layers sees unpublished ones too."""
    if may(signed, "maps.manage"):
        return True
    if not layer.published:
        return False
    if signed is None:
        return layer.public
    return within(layer, signed) and (not layer.roles or signed.role.code in layer.roles)


def within(layer: Layer, signed: Signed) -> bool:
    """Whether the scope reaches this post. "The centre" is every post that is not on the handling side."""
    if layer.sharing in (Sharing.CITY, Sharing.PUBLIC) or signed.side != Side.HANDLING:
        return True
    return layer.sharing == Sharing.BODIES and signed.body.code in layer.bodies


def allow(layer: Layer, wanted: str) -> None:
    """Raises LayerError `beyond_sharing_scope` when data of the layer may not be given to that circle."""
    if STEPS.index(wanted) > STEPS.index(layer.sharing):
        raise LayerError(
            "beyond_sharing_scope",
            {"layer": str(layer), "scope": Sharing(layer.sharing).label, "wanted": Sharing(wanted).label},
        )


def check(layer: Layer, handling_roles: frozenset[str]) -> None:
    """Raises LayerError when what the layer says of its viewers is more than its scope."""
    if layer.public:
        allow(layer, Sharing.PUBLIC)
    if layer.sharing == Sharing.BODIES and not layer.bodies:
        raise LayerError("bodies_missing")
    if layer.sharing == Sharing.CENTRE and not handling_roles.isdisjoint(layer.roles):
        allow(layer, Sharing.BODIES)
