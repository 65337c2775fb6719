"""The checks, one module a subject; a function here with @check or @probe is all that a new one needs."""
