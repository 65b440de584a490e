"""Steps from one shape of the catalog to the next, run by Alembic; numbered, never changed."""
