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

A real clock cannot be moved, so there the tests wait, and one framework has to do for those that
wait. Waits overlap where they can: what is to be tried again is started together, and statuses are
asked for together. In seconds, at the most:

=====================================================================  ====
tests that do not wait for the server's time (about 1.5 s each, of 90)   140
sleeps, waits for events, batches, cancellations                          60
retries: one after 15 to 45 s, for all of them                            50
flow control, with a cron that fires once in a minute                    110
random apps: three, up to 30 s of random events and 40 s to end          180
statuses, which a server tells late                                       60
=====================================================================  ====

That is 10 minutes if everything takes as long as it may; half of that is usual. With pytest-xdist
(``-n 4``) the tests wait at the same time, each process with an app of its own.
``--retry-interval 1`` shortens the retries, and ``-m "not slow_on_real"`` leaves out the tests
that wait for one. Ids are new in every run, and an app takes its functions away when it goes, so
that one long-lived server can be used again.
"""
