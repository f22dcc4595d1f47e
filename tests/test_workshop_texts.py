"""What participants read, in four languages: that the shipped texts are whole, and what the reader makes of others."""

import csv
import html
import pickle
from importlib import resources

import pytest
import yaml

from helpers.reference import models, paths, workshop_texts

LANGUAGES = {"en": "English", "nl": "Nederlands", "it": "Italiano", "es": "Español"}
TRANSLATED = ("nl", "it", "es")
SAME_AS_ENGLISH = {("nl", "manager")}  # words that the language has from English
LONGEST = 160
TERMS = {  # an English term, and the one word or the few for it in each language
    "stakeholders": {"nl": ["betrokken partijen"], "it": ["portatori di interesse"], "es": ["agentes implicados"]},
    "every stakeholder": {"nl": ["betrokken partijen"], "it": ["portatori di interesse"], "es": ["agentes implicados"]},
    "integrated care": {"nl": ["geïntegreerde zorg"], "it": ["assistenza integrata"], "es": ["atención integrada"]},
    "inhibitors": {"nl": ["belemmering"], "it": ["ostacoli"], "es": ["obstáculos"]},
    "capacity building": {"nl": ["capaciteitsopbouw"], "it": ["sviluppo delle capacità"],
                          "es": ["desarrollo de capacidades"]},
    "pathways": {"nl": ["zorgpaden"], "it": ["percorsi"], "es": ["rutas"]},
    "stratification": {"nl": ["stratificatie"], "it": ["stratificazione"], "es": ["estratificación"]},
    "pilots": {"nl": ["pilots"], "it": ["progetti pilota"], "es": ["proyectos piloto"]},
    "procurement": {"nl": ["inkoop"], "it": ["acquisti"], "es": ["compra"]},
    "multi-year": {"nl": ["meerjarige"], "it": ["pluriennali"], "es": ["plurianuales"]},
    "good practice": {"nl": ["goede praktijken"], "it": ["buone pratiche"], "es": ["buenas prácticas"]},
    "systematic": {"nl": ["systematisch"], "it": ["sistematic"], "es": ["sistemátic"]},
    "skills": {"nl": ["vaardigheden"], "it": ["competenze"], "es": ["competencias"]},
    "standards": {"nl": ["standaard"], "it": ["standard"], "es": ["estándar"]},
}  # fmt: skip
ENGLISH = models.load_model("scirocco-exchange")
HEAD = "model,dimension,level,language,text\n"
OWN_MODEL = """
{id: own, name: Own, generation: Test, scale_minimum: 0, scale_maximum: 1, wording_note: "", official_url: "",
 source: "", dimensions: [{code: one, name: One, short_name: One, objective: Aim, levels: {0: low, 1: high},
               comparable_with_exchange: "no", translations: {it: Uno}}]}
"""


def texts_of(dimension):
    """A dimension's objective and levels, in order; of a model's dimension or of its texts."""
    return [dimension.objective, *dimension.levels.values()]


def both(language):
    """Each English text of the model with its translation."""
    translated = workshop_texts.dimension_texts(ENGLISH, language)
    return [
        pair
        for dimension in ENGLISH.dimensions
        for pair in zip(texts_of(dimension), texts_of(translated[dimension.code]), strict=True)
    ]


def own(folder, **tables):
    """A data folder with these tables of its own, by the names of their files."""
    (folder / "reference" / "workshop").mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / "reference" / "workshop" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def own_translations(folder, text):
    """A data folder with a model of its own and translations of it."""
    beside = folder / "reference" / "models"
    beside.mkdir(parents=True)
    beside.joinpath("own.yaml").write_text(OWN_MODEL, encoding="utf-8")
    beside.joinpath("translations.csv").write_text(HEAD + text, encoding="utf-8")
    return folder


# the shipped texts


def test_the_languages_that_are_offered():
    assert workshop_texts.languages() == LANGUAGES and next(iter(workshop_texts.languages())) == "en"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model_id", ["scirocco-exchange", "demonstration-8"])
def test_every_text_of_a_model_is_there_in_each_language(model_id, language):
    model, texts = models.load_model(model_id), workshop_texts.dimension_texts(model_id, language)
    assert list(texts) == list(model.codes)
    for code, dimension in texts.items():
        said = [dimension.name, *texts_of(dimension)]
        assert dimension.code == code and list(dimension.levels) == [0, 1, 2, 3, 4, 5]
        assert {text.language for text in said} == {language}
        assert all(0 < len(text) <= LONGEST for text in said) and len(set(said)) == 8


def test_english_is_the_model_s_own():
    english = workshop_texts.dimension_texts("scirocco-exchange", "en")
    for dimension in ENGLISH.dimensions:
        said = english[dimension.code]
        assert (said.name, said.objective, said.levels) == (dimension.name, dimension.objective, dimension.levels)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_english_or_of_another_shape(language):
    for english, translated in both(language):
        assert translated != english
        assert translated[0].isupper() == english[0].isupper() and not translated.endswith((".", ",", ";"))
        assert 0.5 < len(translated) / len(english) < 2


def test_no_two_languages_say_the_same():
    of = [[translated for _, translated in both(language)] for language in TRANSLATED]
    assert [texts for texts in zip(*of, strict=True) if len(set(texts)) < 3] == []


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_term_is_the_same_wherever_it_stands(language, term):
    lines = [translated.lower() for english, translated in both(language) if term in english.lower()]
    assert lines
    assert [line for line in lines if not any(word in line for word in TERMS[term][language])] == []


def test_an_adapted_edition_has_the_texts_of_the_model_it_is_taken_from():
    for language in LANGUAGES:
        full = workshop_texts.dimension_texts("scirocco-exchange", language)
        eight = workshop_texts.dimension_texts("demonstration-8", language)
        assert len(eight) == 8 and all(eight[code] == full[code] for code in eight)


def test_what_is_stored_is_what_the_assessment_workbook_offers():
    words = resources.files("helpers.batch").joinpath("assessment_workbook.yaml").read_text("utf-8")
    lists = yaml.safe_load(words)["lists"]
    for language in LANGUAGES:
        choices = workshop_texts.stakeholder_choices(language)
        assert {kind: [stored for stored, _ in choices[kind]] for kind in choices} == {
            "role": lists["role"],
            "sector": lists["sector"],
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_and_sector_is_there_in_each_language(language):
    for choices in workshop_texts.stakeholder_choices(language).values():
        shown = [text for _, text in choices]
        assert len(set(shown)) == len(shown) and {text.language for text in shown} == {language}
        same = {(language, text) for stored, text in choices if stored == text}
        assert language == "en" or same <= SAME_AS_ENGLISH


def test_every_phrase_is_there_in_each_language():
    for language in LANGUAGES:
        said = workshop_texts.phrases(language)
        assert said and [key for key, text in said.items() if text.language != language] == []


# English stands in


def test_a_text_without_a_translation_is_english_and_says_so(tmp_path):
    folder = own_translations(tmp_path, "own,one,1,it,alto\n")
    said = workshop_texts.dimension_texts("own", "it", folder)["one"]
    assert [(text, text.language) for text in [said.name, *texts_of(said)]] == [
        ("Uno", "it"), ("Aim", "en"), ("low", "en"), ("alto", "it"),
    ]  # fmt: skip
    assert workshop_texts.dimension_texts("own", "nl", folder)["one"].name.language == "en"


def test_a_model_that_says_something_else_is_not_given_the_translation_of_the_shipped_one(tmp_path):
    shipped = paths.project() / "data" / "reference" / "models" / "scirocco-exchange.yaml"
    changed = shipped.read_text(encoding="utf-8").replace("nobody accepts that change is needed", "all is well")
    (tmp_path / "reference" / "models").mkdir(parents=True)
    (tmp_path / "reference" / "models" / "scirocco-exchange.yaml").write_text(changed, encoding="utf-8")
    levels = workshop_texts.dimension_texts("scirocco-exchange", "nl", tmp_path)["readiness"].levels
    assert (levels[0], levels[0].language, levels[1].language) == ("all is well", "en", "nl")


def test_a_role_or_a_phrase_without_a_translation_is_english(tmp_path):
    folder = own(
        tmp_path,
        stakeholders="kind,code,en,nl\nrole,nurse,nurse,verpleegkundige\nrole,other,other,\nsector,all,all,alle\n",
        phrases="key,en,nl\nsend,Send,Verstuur\ncounted,{n} answered,\n",
    )
    assert workshop_texts.stakeholder_choices("nl", folder) == {
        "role": [("nurse", "verpleegkundige"), ("other", "other")],
        "sector": [("all", "alle")],
    }
    said = workshop_texts.phrases("nl", folder)
    assert [(text, text.language) for text in said.values()] == [("Verstuur", "nl"), ("{n} answered", "en")]
    assert {text.language for text in workshop_texts.phrases("it", folder).values()} == {"en"}  # it has no column
    with pytest.raises(KeyError, match="goodbye"):
        said["goodbye"]


def test_a_folder_that_only_has_assessments_uses_the_project_s_texts(tmp_path):
    assert workshop_texts.languages(tmp_path) == LANGUAGES
    assert workshop_texts.stakeholder_choices("es", tmp_path) == workshop_texts.stakeholder_choices("es")
    for language in LANGUAGES:
        of = workshop_texts.dimension_texts
        assert of("scirocco-exchange", language, tmp_path) == of("scirocco-exchange", language)


def test_a_language_is_added_by_data_alone(tmp_path):
    folder = own(
        tmp_path,
        languages="code,name\nen,English\nde,Deutsch\n",
        phrases="key,en,de\nsend,Send,Senden\n",
    )
    assert list(workshop_texts.languages(folder)) == ["en", "de"]
    assert workshop_texts.phrases("de", folder)["send"] == "Senden"
    readiness = workshop_texts.dimension_texts("scirocco-exchange", "de", folder)["readiness"]
    assert (readiness.name, readiness.objective.language) == ("Veränderungsbereitschaft", "en")


def test_a_changed_table_is_read_anew(tmp_path):
    folder = own(tmp_path, phrases="key,en\nsend,Send\n")
    assert workshop_texts.phrases("en", folder)["send"] == "Send"
    own(tmp_path, phrases="key,en\nsend,Send it\n")
    assert workshop_texts.phrases("en", folder)["send"] == "Send it"


def test_what_a_caller_changes_changes_nothing():
    workshop_texts.languages().clear()
    workshop_texts.phrases("en").clear()
    workshop_texts.stakeholder_choices("en")["role"].clear()
    workshop_texts.dimension_texts("scirocco-exchange", "en")["readiness"].levels.clear()
    assert (
        workshop_texts.languages() and workshop_texts.phrases("en") and workshop_texts.stakeholder_choices("en")["role"]
    )
    assert workshop_texts.dimension_texts("scirocco-exchange", "en")["readiness"].levels == ENGLISH.dimensions[0].levels


def test_a_text_is_a_text_wherever_it_goes():
    text = workshop_texts.Text("a < b", "nl")
    again = pickle.loads(pickle.dumps(text))
    assert (again, again.language) == ("a < b", "nl") and html.escape(text) == "a &lt; b"


# what is wrong is said in sentences


@pytest.mark.parametrize("language", ["xx", "", "EN", "../en"])
def test_a_language_that_is_not_offered(language):
    for ask in (
        lambda: workshop_texts.dimension_texts("demonstration-8", language),
        lambda: workshop_texts.stakeholder_choices(language),
        lambda: workshop_texts.phrases(language),
    ):
        with pytest.raises(workshop_texts.UnknownLanguage, match="it speaks en, nl, it, es"):
            ask()


WRONG = [
    ("languages", "code,name\nnl,Nederlands\n", "languages.csv: en is missing"),
    ("languages", "code,name\nen,English\nen,English\n", "line 3: en stands already"),
    ("languages", "code,name\nen,English\nnl,\n", "line 3: a language needs a code such as nl and its own name"),
    ("languages", "code\nen\n", "languages.csv: the column name is missing"),
    ("stakeholders", "kind,code,en\nrank,a,a\n", "line 2: kind 'rank' is not one of role, sector"),
    ("stakeholders", "kind,code,en,nl\nrole,a,,b\n", "line 2: a code or the English label is missing"),
    (
        "stakeholders",
        "kind,code,en\nrole,a,same\nrole,b,same\n",
        "line 3: the role b or its label 'same' stands already",
    ),
    ("stakeholders", "kind;code;en\nrole;a;a\n", "stakeholders.csv: the column kind, code, en is missing"),
    ("phrases", "key,en,nl\nsend,,Verstuur\n", "line 2: a key or the English text is missing"),
    ("phrases", "key,en\nsend,Send\nsend,Send\n", "line 3: send stands already"),
    ("phrases", "key,en,nl\nn,{n} of {all},{n} van {alle}\n", "line 2: n: the English text has no {alle}"),
    ("phrases", "key,en,nl\nn,Now, send,Nu\n", "line 2: more cells than columns"),
]


@pytest.mark.parametrize(("name", "text", "said"), WRONG, ids=[said for _, _, said in WRONG])
def test_a_table_that_cannot_be_used(tmp_path, name, text, said):
    folder = own(tmp_path, **{name: text})
    read = workshop_texts.stakeholder_choices if name == "stakeholders" else workshop_texts.phrases
    with pytest.raises(workshop_texts.WorkshopTextsError) as caught:
        read("en", folder)
    assert said in str(caught.value) and str(caught.value).startswith(f"{name}.csv: ")


def test_every_wrong_line_is_named_at_once(tmp_path):
    folder = own(tmp_path, phrases="key,en\na,\nb,B\nb,B\n")
    with pytest.raises(workshop_texts.WorkshopTextsError, match=r"line 2: .*; line 4: b stands already"):
        workshop_texts.phrases("en", folder)


def test_a_table_in_another_encoding(tmp_path):
    own(tmp_path)
    (tmp_path / "reference" / "workshop" / "phrases.csv").write_bytes("key,en,es\na,A,año\n".encode("cp1252"))
    with pytest.raises(workshop_texts.WorkshopTextsError, match="not UTF-8"):
        workshop_texts.phrases("en", tmp_path)


def test_a_table_as_a_spreadsheet_program_saves_it(tmp_path):
    own(tmp_path, phrases="\ufeffkey,en,es\nyear,Year,Año\n")
    assert workshop_texts.phrases("es", tmp_path) == {"year": "Año"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("other,one,1,nl,hoog", "no maturity model is called 'other'"),
        ("own,ones,1,nl,hoog", "has no dimension 'ones' - did you mean 'one'?"),
        ("own,one,2,nl,hoog", "the model own has no level '2'"),
        ("own,one,high,nl,hoog", "the model own has no level 'high'"),
        ("own,one,1,xx,hoog", "'xx' is not a language to translate into"),
        ("own,one,1,en,high", "'en' is not a language to translate into"),
        ("own,one,1,nl,", "the text is missing"),
        ("own,one,,nl,Ander doel", "one, objective, nl stands already"),
    ],
)
def test_a_translation_of_nothing(tmp_path, line, said):
    folder = own_translations(tmp_path, f"own,one,,nl,Doel\n{line}\n")
    with pytest.raises(workshop_texts.WorkshopTextsError) as caught:
        workshop_texts.dimension_texts("own", "nl", folder)
    assert str(caught.value).startswith("translations.csv: line 3: ") and said in str(caught.value)


def test_the_file_of_translations_has_one_line_a_text_in_the_model_s_order():
    with paths.reference_file("models/translations.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["dimension"], row["level"], row["language"]) for row in csv.DictReader(file)]
    levels = ["", *map(str, ENGLISH.levels)]
    assert rows == [(code, level, language) for code in ENGLISH.codes for level in levels for language in TRANSLATED]
