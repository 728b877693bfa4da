"""The entry: ``gunicorn app:app`` serves the site, ``python app.py`` the whole of it."""

if __name__ == "__main__":
    from lms.cli import main

    main(["serve"])
else:
    from lms.wsgi import app

    __all__ = ["app"]
