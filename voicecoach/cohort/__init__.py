"""A whole cohort: many recordings graded into one table, and the page that shows them.

    cohort.html, results.csv, results.xlsx, results.parquet     made anew from all rows when everything is done
    reports/NAME.ID.report.html and .json                       one a recording
    rows/ID.json                                                its row: where it is, the work is done
    run.json                                                    what it was all graded with

Every file appears whole or not at all, and a recording's row comes last. Whenever a run ends, the next one does what
has no row yet.
"""

from voicecoach.cohort.run import Outcome, grade_cohort

__all__ = ["Outcome", "grade_cohort"]
