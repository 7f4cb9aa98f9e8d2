"""The web process: `gunicorn wsgi:app`."""

from course.app import create_app

app = create_app()
