"""Calls of the user's own functions: their bodies are written into the caller's, or they get sweeps of their own."""
