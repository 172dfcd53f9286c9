"""Every text of the browser's pages, by key: the pages ask for them at `/api/texts?lang=`.

A text may hold `{placeholders}`, which the page fills in.  Spanish here, English in `locale/en/lab.po`.
"""

from hilos.locale import translator

_ = translator("lab")


def texts() -> dict[str, str]:
    """All texts in the language in force."""
    return {
        "app.title": _("El laboratorio de hilos"),
    }
