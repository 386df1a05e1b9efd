"""`python -m patogh` is the command `patogh`."""

from patogh.conf.cli import main

if __name__ == "__main__":
    main(prog_name="patogh")
