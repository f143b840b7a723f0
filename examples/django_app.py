"""The functions as a Django project in one file.

Start it, with a dev server running (``npx inngest-cli@latest dev``)::

    PLATFORM_EVENTS_APP_ID=examples INNGEST_DEV=1 python -m examples.django_app runserver

and tell the dev server of it::

    curl -X PUT http://127.0.0.1:8000/api/inngest
"""

import sys

from django.conf import settings
from django.core.management import execute_from_command_line

from platform_events.django import serve

from .functions import FUNCTIONS

settings.configure(ALLOWED_HOSTS=["127.0.0.1", "localhost"], ROOT_URLCONF=__name__)
urlpatterns = [serve(FUNCTIONS)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
