"""An agency's form as an office would draw it: title, merged headings in two rows, sums, signatures, a second sheet."""

import io
from datetime import datetime

import xlsxwriter

HEADINGS = ("序号", "姓名", "公民身份号码", "现居住地/所属县区", "现居住地/乡镇", "手机号码", "金额", "两倍", "备注")


def agency_form(people, amounts=()):
    """`people` are (name, number); the amounts are typed in, their doubles and sums are formulas."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        look = {"border": 1, "font_name": "仿宋"}
        title = book.add_format({"bold": True, "font_size": 20, "align": "center"})
        head, cell = book.add_format({**look, "bold": True, "bg_color": "#DDEEFF"}), book.add_format(look)
        money, date = book.add_format({**look, "num_format": "#,##0.00"}), book.add_format({**look, "num_format": 14})
        sheet = book.add_worksheet("核查名单")
        sheet.merge_range("A1:I1", "合成市低保对象核查表", title)
        sheet.merge_range("A2:I2", "填报单位：民政局   身份证号码请按文本填写", cell)
        for place, text in (
            (0, "序号"),
            (1, "姓名"),
            (2, "公民身份\n号码"),
            (5, "手机号码"),
            (6, "金额"),
            (7, "两倍"),
            (8, "备注"),
        ):
            sheet.merge_range(2, place, 3, place, text, head)
        sheet.merge_range("D3:E3", "现居住地", head)
        sheet.write_row("D4", ["所属县区", "乡镇"], head)
        sheet.set_column("C:C", 22)
        sheet.set_column("E:F", 16, cell)
        last = 4 + len(people)
        for number, (name, card) in enumerate(people):
            row = 4 + number
            sheet.write_number(row, 0, number + 1, cell)
            sheet.write_string(row, 1, name, cell)
            if card is not None:
                sheet.write(row, 2, card, cell)
            sheet.write_blank(row, 3, None, cell)
            if number < len(amounts):
                sheet.write_number(row, 6, amounts[number], money)
            sheet.write_formula(row, 7, f"=G{row + 1}*2", money, 0)
        sheet.write_string(last, 0, "合计", head)
        sheet.write_formula(last, 6, f"=SUM(G5:G{last})", money, 0)
        sheet.merge_range(last + 1, 0, last + 1, 8, "填表人：        复核人：", cell)
        sheet.conditional_format(f"G5:G{last}", {"type": "cell", "criteria": ">", "value": 100, "format": head})
        sheet.data_validation(f"I5:I{last}", {"validate": "list", "source": ["有", "无"]})
        sheet.freeze_panes(4, 0)
        other = book.add_worksheet("汇总")
        other.write_formula("A1", f"=SUM(核查名单!H5:H{last})", money, 0)
        other.write_datetime("A2", datetime(2025, 3, 31), date)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"=核查名单!$G$5:$G${last}"})
        other.insert_chart("C3", chart)
    made.seek(0)
    made.name = "核查表.xlsx"
    return made
