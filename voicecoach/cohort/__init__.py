"""A whole cohort: many recordings graded into one table, and the page that shows them."""
