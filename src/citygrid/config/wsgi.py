"""The web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
# Pages ask small questions, many at a time: helpers and compiled expressions cost a page more than they give it.
os.environ.setdefault("PGOPTIONS", "-c max_parallel_workers_per_gather=0 -c jit=off")
application = get_wsgi_application()
