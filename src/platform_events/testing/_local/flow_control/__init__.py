"""Flow control: when, and whether, an event starts a run, and when the app is called for it.

Each module is one option of a function. An event passes ``batch``, ``rate_limit``, ``debounce`` and
``singleton`` before there is a run. Each call of a run then waits for ``throttle`` and
``concurrency``, in the order of ``priority``.
"""
