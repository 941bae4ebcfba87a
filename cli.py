"""Launcher: ``python cli.py …`` is the same command as the installed ``okosos``."""

from okosos_xl.commands import main

if __name__ == "__main__":
    main(prog_name="okosos")
