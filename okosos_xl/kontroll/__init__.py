"""Judges a reading: findings with stable codes, places and ways out. Knows workbooks and templates, prints nothing."""
