"""The refusals of the reader of forms: what is wrong with the file, where, and what to do."""

from huiliu.kernel.errors import HuiliuError

_MESSAGES = {
    "001": ("文件不存在、打不开或是空的", "请核对路径；文件是空的，请重新导出。"),
    "002": ("文件加了密码或权限限制，不能读取", "请用原软件打开，去掉密码后另存一份再读。"),
    "003": ("是旧版 Office 或 WPS 格式（.xls、.doc、.wps、.et）", "请另存为 XLSX 或 DOCX。"),
    "004": ("无法识别文件的格式", "可以读 XLSX、DOCX、有文字的 PDF 和交换格式的 JSON；改扩展名没有用。"),
    "005": ("文件太大", "一张自评表不应这么大；请删去图片和无关的工作表，或拆成几个文件。"),
    "006": ("解开后太大", "请确认文件没有损坏；删去无关内容和空白区域，另存后再读。"),
    "007": ("文件损坏，读不出内容", "请用原软件打开，另存一份再读。"),
    "008": ("PDF 里没有文字，是扫描件或图片", "请提供电子版（XLSX、DOCX 或由软件导出的 PDF）；扫描件须先人工录入。"),
    "009": ("没有找到自评表、目标申报表或监控表", "表中须有一行表头，写明三级指标（或指标名称）和指标值、分值或得分。"),
}  # fmt: skip


def refused(number: str, name: str, where: str = "文件") -> HuiliuError:
    """FORM-00n for a file; `where` is the part of it."""
    what, hint = _MESSAGES[number]
    facts = {"file": name, "where": where}
    place = "" if where == "文件" else f"{where}："
    return HuiliuError(code=f"FORM-{number}", message=f"{name}：{place}{what}", hint=hint, facts=facts)
