"""Template tags about people: `{% load accounts %}`."""
