"""What is asked of a list: the numbers or a file, the columns of the answer, and what for."""

from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict

from huiliu.apps.exports.forms import ExportForm
from huiliu.apps.exports.services import SOURCES
from huiliu.apps.lists.models import NAME_MAX
from huiliu.apps.lists.selectors import offered, topic
from huiliu.apps.lists.services import NewList
from huiliu.apps.lists.services.answering import KIND, TITLE
from huiliu.documents.uploaded_list import read_list, read_pasted
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.listed_numbers import By
from huiliu.web.uploads import check_upload

KINDS = ("xlsx", "csv")
LARGEST = 20 * 1024 * 1024
PASTED_MAX = 200_000
BY = ((By.AUTO, "自动识别"), (By.ID_NUMBER, "证件号码"), (By.PERSON_NO, "人员编码"))


class LookUpForm(ExportForm):
    """Bound only when it was sent; the purpose and the way of writing are those of every export."""

    pasted = forms.CharField(
        label="粘贴号码",
        required=False,
        max_length=PASTED_MAX,
        strip=False,
        help_text="一行一个证件号码或人员编码，可从表格里整列复制。",
        widget=forms.Textarea({"rows": 5, "spellcheck": "false", "autocomplete": "off", "maxlength": PASTED_MAX}),
        error_messages={"max_length": "粘贴的内容过长，请改为上传文件。"},
    )
    file = forms.FileField(
        label="或上传名单（XLSX、CSV）",
        required=False,
        help_text="最多 10 万行、20 MB；结果保持原来的行和列，顺序不变。",
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"empty": "文件是空的，请重新选择。"},
    )
    by = forms.ChoiceField(label="查询方式", choices=BY, initial=By.AUTO, widget=forms.RadioSelect)
    column = forms.CharField(
        label="号码所在的列",
        required=False,
        max_length=60,
        help_text="表头文字或列字母（如 B）；不填则自动识别。",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    columns = forms.MultipleChoiceField(
        label="结果的列",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一列。"},
    )
    keep_as = forms.CharField(
        label="把这些列存为模板",
        required=False,
        max_length=NAME_MAX,
        help_text="填写名称即保存，下次可直接选用；同名的会被替换。",
        widget=forms.TextInput({"autocomplete": "off", "maxlength": NAME_MAX}),
    )
    field_order = (
        "pasted", "file", "by", "column", "columns", "keep_as", "matter", "case_number", "format", "split",
        "is_encrypted",
    )  # fmt: skip

    def __init__(self, data: Any, files: Any, columns: list[str] | None) -> None:
        super().__init__(data, SOURCES[KIND], {})
        self.files = files if files is not None else MultiValueDict()
        cast(forms.MultipleChoiceField, self.fields["columns"]).choices = offered()
        self.fields["is_encrypted"].initial = True
        self.fields["columns"].initial = columns or list(topic().shown)

    def clean(self) -> dict[str, Any]:
        """The list itself; what is wrong with it stands beside the file or the numbers."""
        sent = super().clean() or self.cleaned_data
        pasted, file = (sent.get("pasted") or "").strip(), sent.get("file")
        if bool(pasted) == bool(file):
            self.add_error("pasted", "请粘贴号码，或上传一个文件，二者选一。")
            return sent
        try:
            sent["uploaded"] = self._file(file) if file else read_pasted(pasted)
        except HuiliuError as error:
            place = "column" if error.code == "LIST-003" else "file" if file else "pasted"
            self.add_error(place, f"{error.message}。{error.hint}")
        return sent

    def _file(self, file: Any) -> Any:
        found = check_upload(file, file.name, KINDS, LARGEST)
        by = By(self.cleaned_data.get("by") or By.AUTO)
        return read_list(file, found.kind, by, self.cleaned_data.get("column") or "")

    def new_list(self) -> NewList:
        """What was sent; ask `is_valid` first."""
        sent = self.cleaned_data
        return NewList(sent["uploaded"], By(sent["by"]), sent["columns"], self.wanted(KIND, TITLE, {}).purpose)
