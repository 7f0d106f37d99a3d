"""The columns of the open data and what they mean: one list for the tables, the dictionary and the metadata."""

from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    names: Pair
    means: Pair
    type: str = "text"


CASES: tuple[Column, ...] = (
    Column("kind", ("案件类别", "Kind"),
           ("部件 component、事件 event 或预警 warning。", "component, event or warning.")),
    Column("major", ("大类", "Major class"), ("大类代码。", "Code of the major class.")),
    Column("major_name", ("大类名称", "Name of the major class"), ("大类名称。", "Its name.")),
    Column("class", ("小类", "Class"), ("小类标识；样本过少时为空。", "Id of the class; empty where it is too rare.")),
    Column("class_name", ("小类名称", "Name of the class"), ("小类名称。", "Its name.")),
    Column("source", ("来源", "Source"), ("案件来源代码。", "Code of where the report came from.")),
    Column("source_name", ("来源名称", "Name of the source"), ("来源名称。", "Its name.")),
    Column("district", ("区", "District"), ("区代码。", "Code of the district.")),
    Column("district_name", ("区名称", "Name of the district"), ("区名称。", "Its name.")),
    Column("street", ("街道", "Street"),
           ("街道代码；样本过少时为空。", "Code of the street; empty where it is too rare.")),
    Column("street_name", ("街道名称", "Name of the street"), ("街道名称。", "Its name.")),
    Column("lon", ("经度", "Longitude"), ("所在方格或单元网格中心的经度（CGCS2000）；样本过少时为空。",
           "Of the centre of the square or unit grid (CGCS2000); empty where it is too rare."), "number"),
    Column("lat", ("纬度", "Latitude"), ("同上，纬度。", "The same, latitude."), "number"),
    Column("received", ("受理日期", "Received"),
           ("上报的日期或月份，本市时间。", "Day or month of the report, the city's time.")),
    Column("state", ("状态", "State"),
           ("生成数据时：open 未结，closed 已结。", "When the data was made: open or closed.")),
    Column("outcome", ("结案方式", "Outcome"), ("qualified 准予结案，substandard 不合格办结，forced 强制结案。",
           "qualified, substandard or forced.")),
    Column("hours_to_file", ("立案用时", "Hours to file"),
           ("上报至立案的小时数，向上取整。", "From report to filing, rounded up."), "integer"),
    Column("hours_to_close", ("结案用时", "Hours to close"),
           ("上报至结案的小时数，向上取整。", "From report to closing, rounded up."), "integer"),
    Column("late", ("是否超期处置", "Handled late"),
           ("1 超过处置时限，0 未超过。", "1 past the handling limit, 0 not."), "integer"),
)  # fmt: skip
RESULTS: tuple[Column, ...] = (
    Column("scheme", ("评价方案", "Scheme"), ("评价方案代码。", "Code of the scheme.")),
    Column("period", ("周期", "Period"), ("评价周期。", "The period.")),
    Column("first", ("起", "First day"), ("周期的第一天。", "First day of the period.")),
    Column("last", ("止", "Last day"), ("周期的最后一天。", "Last day of the period.")),
    Column("version", ("版本", "Version"),
           ("1 为首次公布，其后为更正。", "1 as first published, more after corrections."), "integer"),
    Column("group", ("分组", "Group"), ("同类对象的分组。", "Group of like objects.")),
    Column("code", ("对象代码", "Code"), ("评价对象代码。", "Code of what was judged.")),
    Column("name", ("对象名称", "Name"), ("评价对象名称。", "Its name.")),
    Column("rank", ("名次", "Rank"), ("组内名次。", "Rank in the group."), "integer"),
    Column("score", ("得分", "Score"),
           ("综合得分；无法评价时为空。", "The score; empty where nothing could be judged."), "number"),
    Column("grade", ("等级", "Grade"), ("等级代码。", "Code of the grade.")),
    Column("term", ("指标", "Term"),
           ("指标代码；总分行为空。", "Key of the term; empty in the row of the whole score.")),
    Column("value", ("指标值", "Value"), ("指标的数值。", "Value of the term.")),
    Column("points", ("指标分", "Points"), ("指标得分。", "Points of the term."), "number"),
)  # fmt: skip
TABLES = {"cases": CASES, "results": RESULTS}
