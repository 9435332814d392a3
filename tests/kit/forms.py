"""The demonstration's forms, with words of their own as a questionnaire has."""

from flask_wtf import FlaskForm

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

LISTENS = [
    ("1", "Mycket dåligt"),
    ("2", "Ganska dåligt"),
    ("3", "Ganska bra"),
    ("4", "Mycket bra"),
    ("x", "Vet inte / vill inte svara"),
]
PLEASED = [
    ("1", "Mycket missnöjd"),
    ("2", "Ganska missnöjd"),
    ("3", "Varken eller"),
    ("4", "Ganska nöjd"),
    ("5", "Mycket nöjd"),
    ("x", "Vet inte"),
]
WAYS = [
    ("letter", "Brev på papper"),
    ("email", "E-post"),
    ("sms", "Sms"),
    ("meetings", "Möten där jag bor", "Till exempel i bygdegården"),
    ("none", "Inget av detta"),
]
PLACES = [("school", "Förskola och skola"), ("roads", "Vägar och gator"), ("culture", "Fritid och kultur")]
HEARD = "Hur väl tycker du att kommunen lyssnar på invånarna?"


class Everything(Spoken, FlaskForm):
    """A form with every field of the kit, all of them required."""

    class Meta:
        """Its words are its own."""

        marked = False

    listens = Radios(HEARD, [Required()], "Välj ett alternativ.", choices=LISTENS)
    ways = Checkboxes(
        "Hur vill du få information?", [Required()], "Välj alla som passar.", choices=WAYS, exclusive="none"
    )
    pleased = Matrix("Hur nöjd är du?", [Required()], "Välj ett svar på varje rad.", rows=PLACES, choices=PLEASED)
    village = Input("Vilken by eller ort bor du i?", [Required()], "Till exempel Krokom eller Änge.", width=20)
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

    listens = Radios(HEARD, [Required()], "Välj ett alternativ.", choices=LISTENS)
