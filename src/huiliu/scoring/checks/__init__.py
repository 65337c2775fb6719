"""The contradiction checks, one file a subject; a new check is a new function here and nothing else."""
