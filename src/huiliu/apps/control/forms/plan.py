"""The wizard's forms: how large the office is, and who takes which seat."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms

from huiliu.apps.accounts.posts import POSTS, conflict
from huiliu.apps.control.forms.fields import ReasonForm, open_people
from huiliu.apps.control.planning import MOST_PEOPLE, Seat
from huiliu.apps.control.selectors.wording import person_label, post_name

VACANT = ("", "暂不安排")


class OfficeForm(forms.Form):
    """How many people work here, and for how many counties."""

    people = forms.IntegerField(
        label="参与社保经办的人数",
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text="含市本级和县区的全部人员，例如 10、30、80。",
    )
    counties = forms.IntegerField(
        label="县区数",
        min_value=0,
        max_value=100,
        initial=0,
        help_text="每个县区需要一名经办、一名复核；没有填 0。",
    )


class SeatsForm(forms.Form):
    """Who takes which vacant seat; an empty one stays vacant. What cannot stand together is said at the seat.

    `held` maps an account's number to the posts it holds.
    """

    def __init__(
        self, data: Any = None, *, seats: Sequence[Seat], held: Mapping[int, Sequence[str]], initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.seats, self.held = {seat_name(seat): seat for seat in seats}, held
        choices = [VACANT, *((str(person.pk), self._label(person)) for person in open_people())]
        for name, seat in self.seats.items():
            self.fields[name] = forms.ChoiceField(label=seat.label, choices=choices, required=False)

    def _label(self, person: Any) -> str:
        posts = "、".join(post_name(post) for post in self.held.get(person.pk, ())) or "没有岗位"
        return f"{person_label(person)} {posts}"

    def clean(self) -> dict[str, Any]:
        """Nobody twice at one post, nobody at posts that may not stand together, chosen or held."""
        taken: dict[int, list[str]] = {}
        for name, seat, person in self._chosen():
            if why := _objection(seat.post, self.held.get(person, ()), taken.get(person, ())):
                self.add_error(name, why)
            taken.setdefault(person, []).append(seat.post)
        if not taken and not self.errors:
            raise forms.ValidationError("还没有为任何席位选择人员。请至少选择一人，其余席位可以以后再安排。")
        return self.cleaned_data

    def chosen(self) -> dict[str, int]:
        """Seat name → account number, for the session."""
        return {name: person for name, _, person in self._chosen()}

    def _chosen(self) -> Iterator[tuple[str, Seat, int]]:
        for name, seat in self.seats.items():
            if value := self.cleaned_data.get(name):
                yield name, seat, int(value)


class PlanReasonForm(ReasonForm):
    """The one reason of all requests of a plan."""


def seat_name(seat: Seat) -> str:
    """`leader-1`: the seat in forms and in the session."""
    return f"{seat.post}-{seat.number}"


def _objection(post: str, held: Sequence[str], chosen: Sequence[str]) -> str:
    """Why somebody cannot take a post, beside what they hold and what was chosen for them above; empty if they can."""
    wanted = POSTS[post].label
    if post in held:
        return f"此人已担任{wanted}，不必再申请。请选择其他人员。"
    if post in chosen:
        return f"同一人不能占{wanted}的两个席位：B 角须是另一人。"
    for source, others in (("现任", held), ("上面已安排的", chosen)):
        for other in others:
            if conflict(post, other):
                return f"{wanted}与此人{source}{post_name(other)}不相容，不能由同一人担任。请选择其他人员。"
    return ""
