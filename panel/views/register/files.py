"""The register in and out of files: tried first, written when the official has said yes."""

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from analysis.words import N_, _, current, ngettext
from panel import audit, consents, register, sheets
from panel.forms.register import ExportForm, UploadForm, WriteForm
from panel.models import PendingImport
from panel.register import HEADS, Trial
from panel.sheets import CannotRead
from panel.views.register.room import blueprint, download
from surveys.clock import today
from surveys.db import db
from surveys.refusals import Refusal

MOST_SHOWN = 100
KINDS = {"csv": sheets.CSV, "xlsx": sheets.XLSX}
COLUMN_WORDS = (
    ("email", N_("Needed, or the mobile number.")),
    ("mobile", N_("Needed, or the email address.")),
    ("birth_year", N_("Needed. Four digits, such as 1987.")),
    ("gender", N_("Needed. Kvinna, man, annat or vill inte uppge.")),
    ("district", N_("Needed. The name or the code of a district.")),
    ("language", N_("Svenska or engelska. Empty: Swedish.")),
    ("channel", N_("E-post, sms or brev. Empty: email, or text message without an email address.")),
    ("address", N_("The postal address.")),
    ("protected", N_("Ja or nej. Those with a protected identity are in no list and no export.")),
    ("recruited", N_("Slump or egen anmälan. Empty: egen anmälan.")),
)


@blueprint.route("/import", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Choose a file; it is tried, and nothing is written."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _asking(form, 422 if form.is_submitted() else 200)
    data = form.file.data.read()
    try:
        register.try_out(db.session(), data, current_app.config["LANGUAGES"])
    except CannotRead as fault:
        form.file.errors = [str(fault)]
        return _asking(form, 422)
    key = register.keep(db.session(), current_user.id, form.file.data.filename or "", data)
    return redirect(url_for("register.trial", key=key))


def _asking(form: UploadForm, status: int) -> ResponseReturnValue:
    columns = [(HEADS[name], _(words)) for name, words in COLUMN_WORDS]
    return render_template("panel/register/import.html", form=form, columns=columns), status


@blueprint.get("/import/<key>")
def trial(key: str) -> ResponseReturnValue:
    """What the file would do, and every fault."""
    kept = _kept(key)
    return _tried(kept, _try(kept), 200)


@blueprint.post("/import/<key>")
def write(key: str) -> ResponseReturnValue:
    """Write what was tried, all or nothing."""
    kept = _kept(key)
    trial = _try(kept)
    form = WriteForm().ask(bool(trial.refused))
    if not form.validate_on_submit():
        return _tried(kept, trial, 422, form)
    text = consents.ensure_text(current_app.config["MUNICIPALITY"])
    try:
        register.write(db.session(), trial, text, current_app.config["LANGUAGES"][0], "skip" in form)
    except Refusal as fault:
        flash(str(fault), "error")
        return redirect(url_for("register.trial", key=key))
    register.throw_away(db.session(), kept)
    counts = {"new": len(trial.new), "changed": len(trial.changed), "left_out": trial.refused_rows}
    audit.record("imported", "register", "", **counts, consent=text.version)
    flash(_("Imported. New members: %(new)s. Changed: %(changed)s. Rows left out: %(left_out)s.") % counts, "success")
    return redirect(url_for("register.index"))


@blueprint.post("/import/<key>/bort")
def throw_away(key: str) -> ResponseReturnValue:
    """Keep the file no longer; nothing is written."""
    register.throw_away(db.session(), _kept(key))
    flash(_("The file is thrown away. Nothing has been changed."), "success")
    return redirect(url_for("register.upload"))


@blueprint.get("/import/<key>/fel.xlsx")
def faults(key: str) -> ResponseReturnValue:
    """Every fault of a file as a workbook: row, column, reason."""
    refused = _try(_kept(key)).refused
    head = [_("Row"), _("Column"), _("Reason")]
    return download(sheets.write(sheets.XLSX, head, refused, _("Refused")), sheets.XLSX, _("refused-rows"))


@blueprint.route("/export", methods=["GET", "POST"])
def export() -> ResponseReturnValue:
    """The register as a file; it is written down that somebody took it."""
    form = ExportForm()
    if not form.validate_on_submit():
        return render_template("panel/register/export.html", form=form), 422 if form.is_submitted() else 200
    kind = KINDS[str(form.kind.data)]
    made = register.export(db.session(), kind)
    audit.record("exported", "register", "", members=made.members, left_out=made.protected)
    return download(made.data, kind, f"{_('panel-members')}-{today().isoformat()}")


def _kept(key: str) -> PendingImport:
    return register.kept(db.session(), current_user.id, key) or abort(404)


def _try(kept: PendingImport) -> Trial:
    return register.try_out(db.session(), kept.content, current_app.config["LANGUAGES"])


def _tried(kept: PendingImport, trial: Trial, status: int, form: WriteForm | None = None) -> ResponseReturnValue:
    text = consents.shown(current_app.config["MUNICIPALITY"])
    count = len(trial.new) + len(trial.changed)
    act = ngettext("Import %(n)s member", "Import %(n)s members", count) % {"n": count}
    page = render_template(
        "panel/register/trial.html",
        kept=kept,
        trial=trial,
        refused=[list(fault) for fault in trial.refused[:MOST_SHOWN]],
        different=[(HEADS[name], number) for name, number in trial.different.items()],
        form=form or WriteForm().ask(bool(trial.refused)),
        act=act if count else "",
        version=text.version,
        paragraphs=consents.worded(text, current()),
    )
    return page, status
