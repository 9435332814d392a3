"""The kit's demonstration: every field and part on pages that only tests see."""

from typing import Any

from flask import Flask, render_template
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, DictLoader, PackageLoader, PrefixLoader

from analysis import words
from panel.headers import set_up as set_up_headers
from surveys.fields import (
    Checkboxes,
    DateInput,
    FileUpload,
    Input,
    Matrix,
    Number,
    Password,
    Radios,
    Required,
    Select,
    Spoken,
    TextArea,
    Tick,
)

SCALE = [("1", "Mycket dåligt"), ("2", "Ganska dåligt"), ("3", "Ganska bra"), ("4", "Mycket bra"), ("x", "Vet inte / vill inte svara")]
PLEASED = [("1", "Mycket missnöjd"), ("2", "Ganska missnöjd"), ("3", "Varken eller"), ("4", "Ganska nöjd"), ("5", "Mycket nöjd"), ("x", "Vet inte")]
WAYS = [("letter", "Brev på papper"), ("email", "E-post"), ("sms", "Sms"), ("meetings", "Möten där jag bor", "Till exempel i bygdegården"), ("none", "Inget av detta")]


class Everything(Spoken, FlaskForm):
    """A form with every field of the kit, all of them required."""

    class Meta:
        """Its words are its own."""

        marked = False

    listens = Radios("Hur väl tycker du att kommunen lyssnar på invånarna?", [Required()], "Välj ett alternativ.", choices=SCALE)
    ways = Checkboxes("Hur vill du få information från kommunen?", [Required()], "Välj alla som passar dig.", choices=WAYS, exclusive="none")
    pleased = Matrix(
        "Hur nöjd är du med det här i kommunen?", [Required()], "Välj ett svar på varje rad.",
        rows=[("school", "Förskola och skola"), ("roads", "Vägar och gator"), ("culture", "Fritid och kultur")], choices=PLEASED,
    )  # fmt: skip
    village = Input("Vilken by eller ort bor du i?", [Required()], "Till exempel Krokom, Föllinge eller Änge.", width=20)
    email = Input("E-postadress", [Required()], kind="email", autocomplete="email")
    years = Number("Hur många år har du bott i kommunen?", [Required()], suffix="år", width=4)
    district = Select("Kommundel", [Required()], choices=[("as", "Ås"), ("offerdal", "Offerdal")])
    day = DateInput("När ska enkäten stänga?", [Required()])
    best = TextArea("Vad är viktigast att förbättra?", [Required()], "Skriv inte namn eller personnummer.", maximum=500)
    secret = Password("Lösenord", [Required()], autocomplete="current-password")
    register = FileUpload("Registerfil", [Required()], "CSV eller Excel.", accept=".csv,.xlsx")
    consent = Tick("Jag godkänner att kommunen sparar mina uppgifter", [Required()], legend="Samtycke")


class One(Spoken, FlaskForm):
    """A form of one question."""

    class Meta:
        """Its words are its own."""

        marked = False

    listens = Everything.listens


FRAME = """{% extends "layout.html" %}
{% from "kit/forms.html" import form as form_tag, field, errors, button, link_button, confirm, clear %}
{% from "kit/parts.html" import progress, summary, tag, pages, warning, inset, fold, done, hero %}
{% from "kit/numbers.html" import table, figure, tiles, findings, method %}
"""

EVERYTHING = FRAME + """
{% set back_url = "/" %}
{% block title %}Alla fält{% endblock %}
{% block content %}
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
{{ errors(form) }}
<h1 class="govuk-heading-l">Alla fält</h1>
{% call form_tag(upload=true) %}
{% for f in form if f.template is defined %}{{ field(f) }}{% endfor %}
{{ button("Spara och fortsätt") }}
{{ clear(form.listens) }}
{% endcall %}
</div></div>
{% endblock %}
"""

ONE = FRAME + """
{% set back_url = "/" %}
{% block title %}Fråga 3{% endblock %}
{% block content %}
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
{{ errors(form) }}
{{ progress(3, 10) }}
{% call form_tag(autosave="/save") %}
{{ field(form.listens, heading=true) }}
{{ button("Nästa fråga") }}
{% endcall %}
<p class="govuk-body"><a class="govuk-link mp-alone" href="/">Spara och svara på resten senare</a></p>
</div></div>
{% endblock %}
{% block scripts %}<script type="module" src="{{ static_url('autosave.js') }}"></script>{% endblock %}
"""

START = FRAME + """
{% block title %}Säg vad du tycker{% endblock %}
{% block content %}
{% call hero("Säg vad du tycker om kommunen", "I medborgarpanelen svarar du på korta enkäter några gånger om året. Svaren går till politikerna innan de beslutar, och du får veta vad som hände.") %}
{{ link_button("Gå med i panelen", "/alla") }}
{% endcall %}
<h2 class="govuk-heading-m">Pågående dialoger</h2>
<ul class="mp-cards">
<li class="mp-card"><h3 class="govuk-heading-m"><a class="govuk-link" href="/fraga">Trygga vägar till skolan</a></h3><p class="govuk-body">{{ tag("Konsultation") }}</p><p class="govuk-body">Vilka sträckor ska få cykelväg först? Svara senast den 12 december 2026.</p></li>
<li class="mp-card"><h3 class="govuk-heading-m"><a class="govuk-link" href="/fraga">Bibliotekens öppettider</a></h3><p class="govuk-body">{{ tag("Återkopplad", "green") }}</p><p class="govuk-body">412 svar. Kvällsöppet införs i Föllinge och Krokom från mars.</p></li>
<li class="mp-card"><h3 class="govuk-heading-m"><a class="govuk-link" href="/fraga">Fritid för unga</a></h3><p class="govuk-body">{{ tag("Stängd", "grey") }}</p><p class="govuk-body">Svaren räknas. Resultatet visas i januari.</p></li>
</ul>
<div class="mp-columns">
<div><h2 class="govuk-heading-m">Så går det till</h2><ol class="govuk-list govuk-list--number"><li>Du går med på två minuter.</li><li>Du får en länk i ett mejl när det finns en enkät.</li><li>Du svarar på några minuter, utan att logga in.</li></ol></div>
<div><h2 class="govuk-heading-m">Dina svar är hemliga</h2><p class="govuk-body">Ingen i kommunen kan se vad just du har svarat. <a class="govuk-link" href="/">Så skyddar vi dina svar</a>.</p></div>
</div>
{% endblock %}
"""

RESULTS = FRAME + """
{% set wide = true %}
{% block title %}Resultat{% endblock %}
{% block content %}
<h1 class="govuk-heading-l">Trygga vägar till skolan</h1>
{{ tiles([("Inbjudna", "400"), ("Svar", "272"), ("Svarsfrekvens", "68 %"), ("Felmarginal", "±6", "procentenheter")]) }}
<h2 class="govuk-heading-m">Det här säger svaren</h2>
{{ findings([("Två av tre vill att kommunen bygger cykelväg mellan Ås och Krokom först (66 %, 60–72 %).", "#tabell"), ("I Offerdal vill färre det: 41 procent.", "#tabell"), "Kvinnor och män svarar lika."]) }}
{% call figure(svg | safe, "Var ska cykelvägen byggas först?") %}
{{ table("Var ska cykelvägen byggas först? Andel per kommundel", ["Kommundel", "Svar", "Ås–Krokom", "Felmarginal"], rows) }}
{% endcall %}
<div id="tabell">{{ table("Andel per kommundel", ["Kommundel", "Svar", "Ås–Krokom", "Felmarginal"], rows) }}</div>
{{ pages(2, 7, "?sida={page}") }}
{{ warning("Resultatet gäller bara panelen.") }}
{% call method() %}<p>Panelen är självrekryterad. Felmarginalen visar bara slumpen.</p>{% endcall %}
{{ summary([{"key": "Hur väl lyssnar kommunen?", "value": "Ganska bra", "href": "/fraga"}, {"key": "Information", "value": ["E-post", "Sms"], "href": "/fraga"}, {"key": "Vad är viktigast?", "value": none, "href": "/fraga"}]) }}
{% call fold("Visa mer") %}Mer text.{% endcall %}
{{ confirm("Stäng enkäten", "/alla", "warning", {"id": "1"}) }}
{% endblock %}
"""

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 120" role="img" aria-labelledby="svg-title"><title id="svg-title">66 procent</title>
<rect x="150" y="10" width="396" height="36" fill="#0b4f6c"></rect><rect x="150" y="66" width="204" height="36" fill="#8fb3c4"></rect>
<text x="10" y="34" font-size="18">Alla</text><text x="10" y="90" font-size="18">Offerdal</text></svg>"""
ROWS = [["Ås", "64", "71 %", "±11"], ["Offerdal", "39", "41 %", "±15"], ["Hotagen", "4", None, None]]
NAVIGATION = [{"text": text, "href": "/" + str(n), "current": n == 1} for n, text in enumerate(["Presidiets sida", "Dialoger", "Enkäter", "Resultat", "Panelen"])]


def create_kit(made_up: bool = True) -> Flask:
    """An application of the kit alone."""
    app = Flask("panel")
    app.config.update(SECRET_KEY="kit", HTTPS=False, TESTING=True)
    sources = DictLoader({"everything.html": EVERYTHING, "one.html": ONE, "start.html": START, "results.html": RESULTS})
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_options = {"loader": ChoiceLoader([sources, PackageLoader("panel"), PackageLoader("surveys"), govuk]), "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(words._, words.ngettext, newstyle=True)
    words.use(__import__("pathlib").Path(app.root_path) / "translations")
    CSRFProtect(app)
    set_up_headers(app)
    app.before_request(lambda: words.bind("sv"))
    app.context_processor(lambda: _frame(made_up))
    _add_pages(app)
    return app


def _frame(made_up: bool) -> dict[str, Any]:
    languages = [("sv", "Svenska"), ("sv-simple", "Lättläst"), ("en", "English"), ("sma", "Åarjelsaemien")]
    links = [("/t", "Tillgänglighetsredogörelse"), ("/p", "Så hanterar vi personuppgifter"), ("/k", "Kakor")]
    return {
        "service_name": "Krokoms medborgarpanel",
        "language": "sv",
        "languages": [{"code": c, "name": n, "href": "?lang=" + c, "current": c == "sv"} for c, n in languages],
        "footer_links": [{"href": href, "text": text} for href, text in links],
        "made_up": made_up,
    }


def _add_pages(app: Flask) -> None:
    @app.route("/")
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

    @app.post("/save")
    def save() -> tuple[str, int]:
        return "", 204

    @app.route("/resultat")
    def results() -> str:
        return render_template("results.html", svg=SVG, rows=ROWS, navigation=NAVIGATION)

    @app.route("/fel/<int:code>")
    def fault(code: int) -> tuple[str, int]:
        return render_template("error.html", code=code), code


if __name__ == "__main__":
    create_kit().run(port=5077)
