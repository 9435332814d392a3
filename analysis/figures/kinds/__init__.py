"""A kind of chart each: from a table and words to a figure."""
