r"""One suite for any Inngest server: what this package, and the double, rely on.

By default it runs against ``LocalInngest``, once as a dev server and once as a self-hosted server
with keys. The same tests hold a real server to account, and with it the double:

.. code-block:: console

    $ inngest dev --no-discovery --no-poll --retry-interval 1
    $ pytest tests/server_conformance --inngest-url http://127.0.0.1:8288

    $ inngest start --signing-key 12345678 --event-key test-key --retry-interval 1
    $ pytest tests/server_conformance --inngest-url http://127.0.0.1:8288 \
          --inngest-signing-key 12345678 --inngest-event-key test-key

The server must be of the kind that the options say: without a signing key a dev server, with one a
self-hosted server. Give that one the bare hexadecimal key: it signs with the text that it was
given, and the SDK leaves a prefix ``signkey-...-`` out. Where the server runs elsewhere, such as
in a container, ``--inngest-app-host`` is the name under which it reaches this process, which then
listens on all interfaces.

A real clock cannot be moved, so there the tests wait: some minutes in all with
``--retry-interval 1``. Without it the first retry comes after 15 to 45 seconds;
``-m "not slow_on_real"`` leaves out the tests that wait for one. Ids are new in every run, and an
app takes its functions away when it goes, so that one long-lived server can be used again.
"""
