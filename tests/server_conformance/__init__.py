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

A real clock cannot be moved, so there the tests wait, and one framework does for those that wait.
Waits overlap where they can: what is to be tried again is started together, and statuses are asked
for together. In seconds, measured with a double in another process whose clock nobody moved, and
what a real server may need instead, by the delays that were seen of one:

===============================================================  ========  =======
tests                                                            measured  at most
===============================================================  ========  =======
those that do not wait for the server's time (140)                     85      180
sleeps, waits for events, batches, cancellations                       45       60
retries: one after 15 to 45 s, for all of them                         15       50
flow control, with a cron that fires once in a minute                  45       90
random apps: three, with random events, until all runs have ended      95      150
statuses, which a server tells late                                     1       60
===============================================================  ========  =======

That is 5 minutes there, and less than 10 on a real server. With pytest-xdist (``-n 4``) the tests
wait at the same time, each process with an app of its own.
``--retry-interval 1`` shortens the retries, and ``-m "not slow_on_real"`` leaves out the tests
that wait for one. Ids are new in every run, and an app takes its functions away when it goes, so
that one long-lived server can be used again.
"""
