"""Answers to a person: explain a page, query the warehouse."""
