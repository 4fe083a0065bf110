"""The warehouse in a DuckLake: many writers and readers at once, over any number of machines.

The catalog lies in PostgreSQL or SQLite, the rows in Parquet files in a folder or on object
storage. Schema, loading and questions are those of the warehouse in a file.
"""
