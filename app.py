"""The entry: ``gunicorn app:app`` serves the site, ``python app.py`` the site and its worker."""

if __name__ == "__main__":
    from lms.cli import main

    main(["serve"])
else:
    from lms.wsgi import app

    __all__ = ["app"]
