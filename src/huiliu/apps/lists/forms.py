"""What is asked of a list: the numbers or a file, the columns of the answer, and what for."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict

from huiliu.apps.datahub.selectors.reach import opening
from huiliu.apps.exports.forms import ExportForm
from huiliu.apps.exports.services import SOURCES
from huiliu.apps.lists.models import NAME_MAX
from huiliu.apps.lists.selectors import form_template, form_templates, offered, topic
from huiliu.apps.lists.services import NewList, form_read
from huiliu.apps.lists.services.answering import KIND, TITLE
from huiliu.documents.form_layout import read_form
from huiliu.documents.uploaded_list import UploadedList, read_list, read_pasted
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
    form = forms.ChoiceField(
        label="填入表样",
        required=False,
        help_text="选用模板时，上传的表格按模板原样填好，其他内容不动；结果的列以模板为准。",
    )
    columns = forms.MultipleChoiceField(
        label="结果的列",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_full = forms.BooleanField(
        label="受保护的列显示完整信息",
        required=False,
        help_text="只显示您的授权所及的人员和级别；每行计一次“查看完整信息”，记入审计。文件须加密。",
    )
    keep_as = forms.CharField(
        label="把这些列存为模板",
        required=False,
        max_length=NAME_MAX,
        help_text="填写名称即保存，下次可直接选用；同名的会被替换。",
        widget=forms.TextInput({"autocomplete": "off", "maxlength": NAME_MAX}),
    )
    field_order = (
        "pasted", "file", "by", "column", "form", "columns", "keep_as", "matter", "case_number", "format", "split",
        "is_encrypted", "is_full",
    )  # fmt: skip

    def __init__(self, data: Any, files: Any, user: Any, columns: list[str] | None = None) -> None:
        super().__init__(data, SOURCES[KIND], {})
        self.user = user
        self.files = files if files is not None else MultiValueDict()
        cast(forms.MultipleChoiceField, self.fields["columns"]).choices = offered()
        known = [(str(each.pk), each.name) for each in form_templates(user)]
        if not opening(user):
            del self.fields["is_full"]
        self._offer("form", [("", "不用表样，在名单右侧加列"), *known])
        self.fields["is_encrypted"].initial = True
        self.fields["columns"].initial = columns or list(topic().shown)

    def clean(self) -> dict[str, Any]:
        """The list itself; what is wrong with it stands beside the file or the numbers."""
        sent = super().clean() or self.cleaned_data
        pasted, file = (sent.get("pasted") or "").strip(), sent.get("file")
        if bool(pasted) == bool(file):
            self.add_error("pasted", "请粘贴号码，或上传一个文件，二者选一。")
        elif sent.get("form"):
            self._read("form", lambda: self._filled(file, sent["form"]))
        else:
            if not sent.get("columns"):
                self.add_error("columns", "请至少选择一列。")
            self._read("file" if file else "pasted", lambda: self._file(file) if file else read_pasted(pasted))
        return sent

    def _read(self, field: str, read: Callable[[], UploadedList]) -> None:
        try:
            self.cleaned_data["uploaded"] = read()
        except HuiliuError as error:
            self.add_error("column" if error.code == "LIST-003" else field, f"{error.message}。{error.hint}")

    def _file(self, file: Any) -> UploadedList:
        found = check_upload(file, file.name, KINDS, LARGEST)
        by = By(self.cleaned_data.get("by") or By.AUTO)
        return read_list(file, found.kind, by, self.cleaned_data.get("column") or "")

    def _filled(self, file: Any, number: str) -> UploadedList:
        """The workbook of a template: it says itself which columns are asked for."""
        template = form_template(self.user, number)
        if file is None or template is None:
            hint = "请上传与模板相符的 XLSX 表格。"
            raise HuiliuError(code="LIST-009", message="按表样填写须上传表格", hint=hint)
        check_upload(file, file.name, ("xlsx",), LARGEST)
        read = form_read(template, file.read())
        self.cleaned_data.update(columns=read.columns, filled=read.form)
        return read.uploaded

    def new_list(self) -> NewList:
        """What was sent; ask `is_valid` first."""
        sent = self.cleaned_data
        purpose = self.wanted(KIND, TITLE, {}).purpose
        return NewList(
            sent["uploaded"], By(sent["by"]), sent["columns"], purpose, sent.get("filled"), sent.get("is_full", False)
        )


class FormUpload(forms.Form):
    """An agency's form, for its headings alone."""

    file = forms.FileField(
        label="表样（XLSX）",
        help_text="本单位自己的表格，空表或填好名单的都可以；只读取表头，不保存文件。",
        widget=forms.FileInput({"accept": ".xlsx"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新选择。"},
    )
    number = forms.CharField(
        label="号码的表头",
        required=False,
        max_length=60,
        help_text="叫法特殊时填写表头文字；不填则自动识别身份证号码、人员编码等。",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """The form as it was read; what is wrong with it stands beside the file."""
        sent = super().clean() or self.cleaned_data
        if file := sent.get("file"):
            try:
                check_upload(file, file.name, ("xlsx",), LARGEST)
                sent["read"] = read_form(file, sent.get("number") or "")
            except HuiliuError as error:
                self.add_error("number" if error.code == "LIST-003" else "file", f"{error.message}。{error.hint}")
        return sent
