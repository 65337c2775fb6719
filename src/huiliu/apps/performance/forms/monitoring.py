"""What may be asked of monitoring: another day to look at."""

from django import forms


class DayForm(forms.Form):
    """A day of the year that is looked at."""

    day = forms.DateField(label="截至", required=False, widget=forms.DateInput(attrs={"type": "date"}))
