"""Protected values: sealed at rest, masked in every form, revealed on request only."""

import copy
import json
import pickle

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Left, Upper
from django.template import Context, Template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from huiliu.config.keys import Keyring
from huiliu.kernel.digests import canonical_json
from huiliu.kernel.errors import HuiliuError
from huiliu.web.protected import Protected, ProtectedField, key_of
from web.cards import Card, create_table

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
SECRET = "JBSWY3DPEHPK3PXP"


class CardForm(forms.ModelForm):
    class Meta:
        model = Card
        fields = ("secret", "note")


@pytest.fixture(autouse=True)
def table(db, settings, tmp_path):
    """The table within the test's transaction; it goes with it."""
    settings.HUILIU_KEYS = Keyring(tmp_path / "keys")
    create_table()


def raw(column: str = "secret") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM test_card ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_the_database_holds_the_sealed_form_with_its_key():
    Card.objects.create(secret=SECRET, phone="13800001234")
    assert key_of(raw()[0]) == "0001"
    assert SECRET not in raw()[0]
    assert "13800001234" not in raw("phone")[0]
    assert Card.objects.get().secret.reveal() == SECRET
    assert Card.objects.get().phone.reveal() == "13800001234"


def test_none_stays_none():
    Card.objects.create()
    assert Card.objects.get().secret is None
    assert raw() == [None]


def every_form(value: Protected) -> list[str]:
    """Everything that draws, joins, encodes or stores a value."""
    return [
        str(value), repr(value), f"{value}", f"{value:>40}", "{} {!r}".format(*[value] * 2), ascii(value),
        value.upper(), json.dumps([value], cls=DjangoJSONEncoder), canonical_json({"a": value}).decode(),
        pickle.dumps(value).decode("latin-1"), "".join([value, "x"]), str(vars(Card(secret=value))), str([*value]),
        Template("{{ v }} {{ v|safe }} {{ v|upper }} {{ v|json_script }}").render(Context({"v": value})),
        str(value.encode()), str(copy.copy(value)), str(copy.deepcopy(value)), repr(BaseModelOf(v=value)),
        BaseModelOf(v=value).model_dump_json(),
    ]  # fmt: skip


class BaseModelOf(BaseModel):
    v: str


def test_every_form_of_a_value_is_its_mask():
    card = Card.objects.create(secret=SECRET)
    for value in (card.secret, Card.objects.get().secret):
        assert [text for text in every_form(value) if SECRET[:6] in text or SECRET.lower()[:6] in text.lower()] == []
    assert str(card.secret) == "****"


def test_the_plain_text_is_not_in_the_object():
    card = Card(secret=SECRET)
    assert SECRET not in str(card.__dict__)
    assert card.secret.reveal() == SECRET


def test_the_kind_chooses_the_mask():
    card = Card.objects.create(phone="13800001234")
    assert str(card.phone) == str(Card.objects.get().phone) == "138****1234"


def test_without_a_valid_level_nothing_is_shown_or_revealed():
    card = Card.objects.create(unknown="13800001234")
    assert str(card.unknown) == "****"
    with pytest.raises(HuiliuError, match="FIELD-002"):
        card.unknown.reveal()
    assert [error.id for error in Card._meta.get_field("unknown").check()] == ["web.E001"]
    assert Card._meta.get_field("secret").check() == []


@pytest.mark.parametrize("options", [{"unique": True}, {"db_index": True}, {"default": "x"}, {"choices": [("a", "b")]}])
def test_a_field_that_could_be_searched_is_a_fault(options):
    field = ProtectedField(level="L4", **options)
    field.set_attributes_from_name("secret")
    field.model = Card
    assert "web.E002" in [error.id for error in field.check()]


def test_values_annotations_and_serialization_give_the_mask():
    Card.objects.create(secret=SECRET)
    shown = [
        *Card.objects.values_list("secret", flat=True),
        *Card.objects.values_list(Upper("secret"), flat=True),
        *Card.objects.annotate(a=F("secret")).values_list("a", flat=True),
        *Card.objects.annotate(a=Left("secret", 3)).values_list("a", flat=True),
    ]
    assert {str(value) for value in shown} == {"****", "sm4"}
    text = serializers.serialize("json", Card.objects.all())
    assert '"secret": "****"' in text
    assert SECRET not in text
    assert SECRET not in str(
        list(Card.objects.annotate(a=Concat("secret", Value("!"), output_field=models.TextField())).values())
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {"secret": SECRET}, {"secret__contains": "J"}, {"secret__startswith": "J"}, {"secret__in": [SECRET]},
        {"secret__gt": "a"}, {"secret__regex": "."}, {"secret__iexact": SECRET}, {"secret": F("other")},
    ],
)  # fmt: skip
def test_filters_take_none_only(wanted):
    with pytest.raises(FieldError):
        list(Card.objects.filter(**wanted))


def test_none_can_be_asked_for():
    Card.objects.create(secret=SECRET)
    Card.objects.create()
    assert Card.objects.filter(secret=None).count() == 1
    assert Card.objects.filter(secret__isnull=False).count() == 1
    assert Card.objects.exclude(secret=None).get().secret.reveal() == SECRET


def test_a_value_moved_to_another_column_is_dead():
    Card.objects.create(secret=SECRET)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_card SET other = secret, phone = secret")
    card = Card.objects.get()
    assert (str(card.other), str(card.phone)) == ("****", "****")
    with pytest.raises(HuiliuError, match="FIELD-001") as caught:
        card.other.reveal()
    assert SECRET not in str(caught.value)
    with pytest.raises(TypeError):
        card.other = card.secret


def test_a_lost_key_is_an_error_and_still_a_mask(settings, tmp_path):
    Card.objects.create(secret=SECRET, phone="13800001234")
    settings.HUILIU_KEYS = Keyring(tmp_path / "others")
    card = Card.objects.get()
    assert (str(card.secret), str(card.phone)) == ("****", "****")
    with pytest.raises(HuiliuError, match="KEY-001"):
        card.secret.reveal()


@pytest.mark.parametrize("text", [SECRET, "sm4", "SM4:0001:AAAA"])
def test_the_database_refuses_what_is_not_sealed(text):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_card (secret, note) VALUES (%s, '')", [text])


@pytest.mark.parametrize("text", ["sm4:0001:AAAA", "sm4::", "sm4:../../x:AAAA", "sm4:0001:不"])
def test_forged_values_open_nothing(text):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_card (secret, note) VALUES (%s, '')", [text])
    assert str(Card.objects.get().secret) == "****"
    with pytest.raises(HuiliuError, match=r"FIELD-001|KEY-001"):
        Card.objects.get().secret.reveal()


@pytest.mark.parametrize("expression", [Value(SECRET), F("note"), Concat("note", Value("x"))])
def test_no_expression_writes_past_the_seal(expression):
    Card.objects.create(note=SECRET)
    with pytest.raises(FieldError), transaction.atomic():
        Card.objects.update(secret=expression)
    with pytest.raises(TypeError):
        Card(secret=expression)
    assert raw() == [None]


def test_bulk_writes_are_sealed():
    Card.objects.bulk_create([Card(secret=SECRET), Card(secret="zwei")])
    Card.objects.filter(pk=Card.objects.first().pk).update(secret="eins")
    cards = list(Card.objects.order_by("pk"))
    assert [card.secret.reveal() for card in cards] == ["eins", "zwei"]
    cards[1].secret = "drei"
    Card.objects.bulk_update(cards, ["secret"])
    assert [card.secret.reveal() for card in Card.objects.order_by("pk")] == ["eins", "drei"]
    assert all(key_of(text) for text in raw())


def test_a_form_shows_the_mask_and_keeps_the_value_when_the_mask_comes_back():
    card = Card.objects.create(secret=SECRET)
    assert SECRET not in str(CardForm(instance=card))
    CardForm({"secret": "****", "note": "neu"}, instance=card).save()
    card.refresh_from_db()
    assert (card.secret.reveal(), card.note) == (SECRET, "neu")
    CardForm({"secret": "other secret", "note": ""}, instance=card).save()
    assert Card.objects.get().secret.reveal() == "other secret"
    CardForm({"secret": "", "note": ""}, instance=card).save()
    assert Card.objects.get().secret is None


def test_a_value_survives_pickling_without_being_in_it():
    card = Card.objects.create(secret=SECRET)
    card.secret = pickle.loads(pickle.dumps(card.secret))
    assert str(card.secret) == "****"
    card.save()
    assert Card.objects.get().secret.reveal() == SECRET


def test_equal_masks_are_not_equal_values():
    one, two = Card(secret="a").secret, Card(secret="b").secret
    assert str(one) == str(two)
    assert one != two
    assert one != "****"
    assert len({one, two}) == 2


def test_a_protected_value_does_not_change():
    with pytest.raises(AttributeError):
        Card(secret=SECRET).secret._level = "L1"


def test_other_types_are_refused():
    with pytest.raises(TypeError):
        Card(secret=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cs",)), min_size=6))
def test_whatever_is_stored_comes_back_by_reveal_and_by_nothing_else(text):
    Card.objects.all().delete()
    Card.objects.create(secret=text, phone=text)
    card = Card.objects.get()
    assert (card.secret.reveal(), card.phone.reveal()) == (text, text)
    assert text not in f"{card.secret!r}{card.phone!r}{raw()}{raw('phone')}"
