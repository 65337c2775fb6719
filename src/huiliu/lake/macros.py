"""Period arithmetic as SQL macros for DuckDB, the one place where it is written down for queries.

Rules and statistics use only these names, so that another engine runs them once it is given the same two functions.
They agree with huiliu.kernel.periods; an empty argument gives an empty result.
"""

_ORDINAL = "(period // 100 * 12 + period % 100 - 1 + count)"

MACROS: tuple[str, ...] = (
    # The month `count` months after `period`, both INTEGER YYYYMM.
    f"CREATE OR REPLACE TEMP MACRO months_add(period, count) AS "
    f"CAST({_ORDINAL} // 12 * 100 + {_ORDINAL} % 12 + 1 AS INTEGER)",
    # The month a DATE or TIMESTAMP lies in, as INTEGER YYYYMM.
    "CREATE OR REPLACE TEMP MACRO month_of(day) AS CAST(year(day) * 100 + month(day) AS INTEGER)",
)
