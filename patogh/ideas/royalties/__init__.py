"""The makers' share: what it is (`sums`, `months`, `texts`), how it is agreed, closed and paid (`actions`), and its statements."""
