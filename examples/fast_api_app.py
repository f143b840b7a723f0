"""The functions as a FastAPI app.

Start it, with a dev server running (``npx inngest-cli@latest dev``)::

    PLATFORM_EVENTS_APP_ID=examples INNGEST_DEV=1 uvicorn examples.fast_api_app:app

and tell the dev server of it::

    curl -X PUT http://127.0.0.1:8000/api/inngest
"""

import fastapi

from platform_events.fast_api import serve

from .functions import FUNCTIONS

app = fastapi.FastAPI()
serve(app, FUNCTIONS)
