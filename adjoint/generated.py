"""The module of generated texts that read nothing of the user's: Numba imports it when it loads their code."""
