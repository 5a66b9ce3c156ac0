from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In a process of its own: nothing has asked a session for anything before.
_CODE = """
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from storage.people import own, stored
from storage.records import Person

with create_engine("sqlite://").connect() as connection:
    Person.__table__.create(connection)
    values = {
        column.name: 0 if column.type.python_type is not str else "x"
        for column in Person.__table__.columns
    }
    values |= {"id": 5, "bot": 1, "user_id": 7}
    names, places = ", ".join(values), ", ".join(":" + name for name in values)
    connection.execute(text(f"insert into people ({names}) values ({places})"), values)
    rows = stored(connection, 1, [7]).values()
    print([person.id for person in own(Session(connection), rows).values()])
"""


def test_somebody_known_writes_first_after_a_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == "[5]\n"
