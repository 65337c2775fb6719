"""The web process: `granian --interface wsgi huiliu.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiliu.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 -- only now are they loaded

settings.HOME.require()
