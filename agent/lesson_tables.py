"""What is learnt from conversations: figures, corrections, open questions, batches of replays.

All but the corrections can be made anew from the log.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from tools.store import Moment

metadata = MetaData()

# The indexes by day hold all that is added up, so that the tables themselves are not read.
# `day` is in the brand's own time zone; `person`: somebody was called or took over.
conversation_tallies = Table(
    "conversation_tallies",
    metadata,
    Column("conversation", String(64), primary_key=True),
    Column("brand", String(32), nullable=False),
    Column("bot", String(64), nullable=False),
    Column("day", String(10), nullable=False),
    Column("turns", Integer, nullable=False),
    Column("person", Boolean, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("links", Integer, nullable=False),
    Column("paid", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(
        "conversation_tallies_by_day",
        *("day", "brand", "bot", "reason", "person", "links", "paid"),
    ),
)

# `pace` is the whole turn in quarters of a second, for percentiles; `thumb` is -1, 0 or 1.
turn_tallies = Table(
    "turn_tallies",
    metadata,
    Column("conversation", String(64), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("brand", String(32), nullable=False),
    Column("bot", String(64), nullable=False),
    Column("day", String(10), nullable=False),
    Column("question", Text, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("model_errors", Integer, nullable=False),
    Column("pace", Integer, nullable=False),
    Column("thumb", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("conversation", "turn"),
    Index(
        "turn_tallies_by_day",
        *("day", "brand", "bot", "pace", "refused", "failed", "model_errors", "thumb"),
    ),
    Index("turn_tallies_by_refusal", "refused", "at"),
)

# What whole days came to: `body` has counts, how many turns took how long, and reasons.
day_sums = Table(
    "day_sums",
    metadata,
    Column("day", String(10), nullable=False),
    Column("brand", String(32), nullable=False),
    Column("bot", String(64), nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("day", "brand", "bot"),
)
# Days whose tallies changed since they were added up: their sums are not to be used.
stale_days = Table(
    "stale_days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("since", Moment, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String(64), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("brand", String(32), nullable=False),
    Column("fault", String(24), nullable=False),
    Column("question", Text, nullable=False),
    Column("wrong", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("operator", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    # What became of it: the case's id, the knowledge file, whether it is an example, a sample.
    Column("case", String(80), nullable=False),
    Column("snippet", String(160), nullable=False),
    Column("example", Boolean, nullable=False),
    Column("sample", Boolean, nullable=False),
    Index("corrections_by_turn", "conversation", "turn"),
    Index("corrections_by_time", "brand", "at"),
    sqlite_autoincrement=True,
)

# Questions that were refused, and the groups they fall into; `centre` is a sum of vectors.
gap_groups = Table(
    "gap_groups",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("brand", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("centre", LargeBinary, nullable=False),
    Column("embedder", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # open, answered or dismissed
    Column("last_at", Moment, nullable=False),
    Column("settled_by", String(64)),
    Column("settled_at", Moment),
    Index("gap_groups_by_size", "brand", "state", "size"),
    sqlite_autoincrement=True,
)
gap_questions = Table(
    "gap_questions",
    metadata,
    Column("conversation", String(64), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("conversation", "turn"),
    Index("gap_questions_by_group", "number", "at"),
)

replay_batches = Table(
    "replay_batches",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("brand", String(32), nullable=False),
    Column("title", String(200), nullable=False),
    Column("change", Text, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, done or cancelled
    Column("total", Integer, nullable=False),
    Column("operator", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("replay_batches_by_state", "state", "number"),
    sqlite_autoincrement=True,
)
replay_results = Table(
    "replay_results",
    metadata,
    Column("batch", Integer, nullable=False),
    Column("conversation", String(64), nullable=False),
    Column("outcome", String(10), nullable=False),  # waiting until it was replayed
    Column("turns", Text, nullable=False),
    PrimaryKeyConstraint("batch", "conversation"),
    Index("replay_results_by_outcome", "batch", "outcome"),
)
