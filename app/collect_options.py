"""The options of `knowledge add`."""

import argparse


def collect_options(made: argparse.ArgumentParser) -> None:
    """What is added, as what, from where, and under which licence."""
    made.add_argument(
        "--as",
        dest="kind",
        choices=["products", "qa", "chats"],
        help="add: a product feed for catalog.csv, a sheet of questions and answers, chat logs",
    )
    made.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="NAME=COLUMN",
        help="add --as: the column that is meant, such as price=售价; may be repeated",
    )
    made.add_argument(
        "--staff",
        action="append",
        default=[],
        metavar="NAME",
        help="add --as chats: who answers for the shop; may be repeated",
    )
    made.add_argument(
        "--query", default="", metavar="SELECT", help="add --as: ask a database for the rows"
    )
    made.add_argument(
        "--replace", action="store_true", help="add --as products: remove what the feed has not"
    )
    made.add_argument(
        "--allow", action="append", default=[], metavar="HOST", help="add: fetch from it as well"
    )
    made.add_argument(
        "--licence", "--license", default="", metavar="NOTE", help="add: kept with each source"
    )
