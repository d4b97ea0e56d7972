#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs bench_roofline and says on what machine; with --write into bench/README.md. What is counted, roofline*.cpp say."""
import argparse
import datetime
import os
import subprocess

from report import cpu_text, write


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench roofline", description=__doc__)
    parser.add_argument("program", help="path of bench_roofline; scripts/bench gives it")
    parser.add_argument("--rounds", type=int, default=9, help="the fastest of how many counts")
    parser.add_argument("--write", action="store_true", help="put the result into bench/README.md")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    tables = subprocess.run([arguments.program, str(arguments.rounds)], check=True, stdout=subprocess.PIPE, text=True).stdout
    text = (f"`scripts/bench roofline`, {datetime.date.today()}. {cpu_text()}; one thread, the fastest of {arguments.rounds} "
            f"rounds, load average {load:.1f} to {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores.\n\n{tables}")
    print(text, end="")
    if arguments.write:
        write("roofline", text.rstrip("\n") + "\n")


if __name__ == "__main__":
    main()
