"""Fields of the pages of internal control."""
