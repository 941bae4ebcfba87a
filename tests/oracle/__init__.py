"""Independent oracles: the same rules as the workbooks, written once more without looking at them."""
