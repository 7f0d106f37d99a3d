"""The product's settings with the bench's addresses."""

from citygrid.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.site"
