"""The push process (the pages are served by `wsgi`)."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

from citygrid.config.push import Push  # noqa: E402 (needs the settings)

application = Push()
