"""Objects, dicts and tuples whose parts are known when a function is compiled become plain variables."""
