"""The case: typed inputs, in and out of YAML and JSON. What may stand in it follows from the template."""
