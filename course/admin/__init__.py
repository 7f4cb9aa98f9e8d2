"""The author's pages."""

from flask import Flask

from course.admin import overview, sessions


def register(app: Flask) -> None:
    app.register_blueprint(sessions.bp)
    app.register_blueprint(overview.bp)
