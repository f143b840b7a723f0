"""The functions as a Flask app.

Start it, with a dev server running (``npx inngest-cli@latest dev``)::

    PLATFORM_EVENTS_APP_ID=examples INNGEST_DEV=1 flask --app examples.flask_app run

and tell the dev server of it::

    curl -X PUT http://127.0.0.1:5000/api/inngest
"""

import flask

from platform_events.flask import serve

from .functions import FUNCTIONS

app = flask.Flask(__name__)
serve(app, FUNCTIONS)
