"""Self-evaluations, their scores, documents and traces."""
