"""The PostgreSQL of the tests is a real one, and every file of tests gets a database of its own."""

import sqlalchemy
from sqlalchemy.engine import make_url

from tests.services.postgres import Postgres


def test_it_answers(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.exec_driver_sql("select version()").scalar_one()
    engine.dispose()
    assert version.startswith("PostgreSQL ")


def test_databases_are_apart_and_closed(postgres_server: Postgres, postgres_url: str) -> None:
    other = make_url(postgres_server.database())
    assert other.database != make_url(postgres_url).database
    engine = sqlalchemy.create_engine(other.set(password="wrong"))  # noqa: S106
    try:
        with engine.connect():
            refused = ""
    except sqlalchemy.exc.OperationalError as error:
        refused = str(error)
    engine.dispose()
    assert "password authentication failed" in refused
