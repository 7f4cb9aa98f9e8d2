"""How fast, beside whom: `make bench`, or `python -m tests.bench --help`.

    contest.py    rounds, ratios, medians: pure
    report.py     the table and the JSON file
    measure.py    what a measure is, and a contestant
    running.py    one contestant in a process of its own, with its CPU and memory
    specimen.py   the letter that everybody sends
    letters.py distance.py signup.py fanout.py   the measures, one a file
    peers/        what the contestants run

Ratios are what counts: all contestants of a measure run in the same run, in a new order each
round, on the same machine with the same neighbours. Nothing is asserted, and pytest runs none.
"""
