"""Alarms before damage: pages that read unlike those of their source are held back."""
