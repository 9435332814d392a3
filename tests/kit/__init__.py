"""The kit's demonstration: every field and part on pages that only tests see. ``python -m tests.kit`` serves it."""

from typing import Any

from flask import Flask, render_template
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from panel import headers, languages
from tests.kit.forms import Everything, One

ROWS = [["Ås", "64", "71 %", "±11"], ["Offerdal", "39", "41 %", "±15"], ["Hotagen", "4", None, None]]
TEXTS = ["Presidiets sida", "Dialoger", "Enkäter", "Resultat", "Panelen"]
NAVIGATION = [{"text": text, "href": f"/{number}", "current": number == 3} for number, text in enumerate(TEXTS)]
LINKS = [("/t", "Tillgänglighetsredogörelse"), ("/p", "Så hanterar vi personuppgifter"), ("/k", "Kakor")]


def create_kit(language: str = "sv") -> Flask:
    """An application of the kit alone."""
    app = Flask("panel")
    app.config.update(SECRET_KEY="kit", HTTPS=False, TESTING=True)
    rooms = [PackageLoader("tests.kit"), PackageLoader("panel"), PackageLoader("surveys")]
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_options = {"loader": ChoiceLoader([*rooms, govuk]), "trim_blocks": True, "lstrip_blocks": True}
    CSRFProtect(app)
    headers.set_up(app)
    languages.set_up(app)
    app.config["LANGUAGES"] = [language, "sv", "en"] if language != "sv" else ["sv", "sv-simple", "en", "sma"]
    app.context_processor(_frame)
    _add_pages(app)
    return app


def _frame() -> dict[str, Any]:
    links = [{"href": href, "text": text} for href, text in LINKS]
    return {"service_name": "Krokoms medborgarpanel", "footer_links": links, "made_up": True}


def _add_pages(app: Flask) -> None:
    @app.get("/")
    def start() -> str:
        return render_template("start.html")

    @app.route("/alla", methods=["GET", "POST"])
    def everything() -> str:
        form = Everything()
        form.validate_on_submit()
        return render_template("everything.html", form=form)

    @app.route("/fraga", methods=["GET", "POST"])
    def one() -> str:
        form = One()
        form.validate_on_submit()
        return render_template("one.html", form=form)

    @app.post("/spara")
    def save() -> tuple[str, int]:
        app.config.setdefault("SAVED", []).append(One().listens.data)
        return "", 204

    @app.get("/resultat")
    def results() -> str:
        return render_template("results.html", rows=ROWS, navigation=NAVIGATION)

    @app.get("/fel/<int:code>")
    def fault(code: int) -> tuple[str, int]:
        return render_template("error.html", code=code), code
