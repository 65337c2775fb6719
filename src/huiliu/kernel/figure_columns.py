"""The columns in which a workbook lists its figures: who writes the sheet and who reads it again agree on them."""

WHERE, WHERE_IN_BOOK = "单元格", "工作表和单元格"
"""Heads the cells that print a figure: those of the only other sheet, or of several with their names."""

AFTER_WHERE = ("数字编号", "名称", "印出", "精确值", "单位", "状态", "算式", "由哪些数字得出", "舍入", "来源", "记录")
BETWEEN_PLACES = "、"
