from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from ..support.processes import bare_environment

CASES = Path(__file__).with_name("django_cases.py")
ENGINE = "django.db.backends"


def run_cases(database: dict[str, object], **more: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", CASES],
        env=bare_environment() | {"OUTBOX_DATABASE": json.dumps(database), **more},
        capture_output=True, text=True, check=False, cwd=CASES.parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-1_000:]


@pytest.mark.parametrize("more", [{}, {"OUTBOX_NAIVE": "1"}], ids=["aware", "naive"])
def test_on_sqlite(tmp_path: Path, more: dict[str, str]) -> None:
    options = {"timeout": 20}
    run_cases(
        {"ENGINE": f"{ENGINE}.sqlite3", "NAME": os.fspath(tmp_path / "db"), "OPTIONS": options},
        **more,
    )


def test_on_postgresql(postgres_url: str) -> None:
    url = make_url(postgres_url).set(database="django")
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE django"))
    engine.dispose()
    run_cases(
        {
            "ENGINE": f"{ENGINE}.postgresql",
            "NAME": url.database,
            "USER": url.username,
            "HOST": url.host,
            "PORT": url.port,
        }
    )
