"""`python -m patogh.conf.cli` is the command `patogh` too."""

from patogh.conf.cli import main

if __name__ == "__main__":
    main(prog_name="patogh")
