"""The WSGI application that granian serves: static files first, then remembered pages, then Django."""

import os

from django.core.wsgi import get_wsgi_application

from patogh.conf.gate import Gate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patogh.conf.settings")

django_application = Gate(get_wsgi_application())  # bodies are read first, few requests run at once

from patogh.looks.static import StaticDoor  # noqa: E402 - after Django is set up
from patogh.web.front import Front  # noqa: E402

application = StaticDoor(Front(django_application))
