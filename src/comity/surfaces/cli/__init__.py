"""The command line: one module a noun, each with `add_parser`.

A module named `request.py` gives the command `comity request`; `main.py` finds it.

    def add_parser(subparsers: Subparsers) -> None:
        parser = subparsers.add_parser("request", help="…", description="…")
        add_home(parser)
        parser.set_defaults(run=run)

    def run(program: Program, options: argparse.Namespace) -> int: ...

Floor: surfaces.
"""
