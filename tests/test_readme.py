"""The README's Python example runs and prints what it says."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_python_example_prints_what_its_comments_say(capsys):
    code = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1]
    exec(compile(code, "README.md", "exec"), {})
    said = re.findall(r"#\s*(21\.0|True)\s*$", code, re.MULTILINE)
    assert capsys.readouterr().out.split() == said
    assert said == ["21.0", "True"]


def test_readme_files_and_pictures_exist():
    links = re.findall(r"\]\(((?!http)[^)#]+)\)", README.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (README.parent / link).exists()] == []
