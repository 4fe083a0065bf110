"""Full-text search: a ranked index beside the database, and questions to it."""
