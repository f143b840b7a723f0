"""``python -m platform_events`` is the command ``platform-events``."""

from .cli import main

if __name__ == "__main__":
    main()
