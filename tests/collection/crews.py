"""The collectors of the second city on a day shift each in their district's duty grid."""

from datetime import time

from citygrid.organization.models import Duty, Post

WEST_CREW, EAST_CREW = ("collector_3", "collector_4"), ("collector_1", "collector_2")


def on_shift(posts=(*WEST_CREW, *EAST_CREW), starts=time(6), ends=time(20)):
    """A standing shift of each post in the duty grid of its area, every day."""
    for post in Post.objects.filter(code__in=posts):
        Duty.objects.create(duty_grid="D" + post.areas[0], post=post, starts=starts, ends=ends)
