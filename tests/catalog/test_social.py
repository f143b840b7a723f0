"""The community: subjects of reactions and comments, and people who are not themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from platform_events import (
    ActivityVisibilityChanged,
    CommentAdded,
    CommentRemoved,
    InvalidEventError,
    MemberBlocked,
    MemberFollowed,
    ReactionAdded,
)

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
REACTION: dict[str, Any] = {
    "member_id": "mem_ben", "author_id": "mem_anna", "reaction": "fire", "added_at": NOW
}  # fmt: skip
COMMENT: dict[str, Any] = {
    "comment_id": "com_2", "member_id": "mem_ben", "text": "Well done", "added_at": NOW
}  # fmt: skip
SUBJECTS = ["post_id", "session_id", "workout_id", "result_id", "activity_id"]


@pytest.mark.parametrize("subject", [*SUBJECTS, "comment_id"])
def test_a_reaction_is_to_any_subject_and_to_one_alone(subject: str) -> None:
    one: dict[str, Any] = {subject: "x"}
    assert getattr(ReactionAdded(**REACTION, **one), subject) == "x"
    two: dict[str, Any] = one | {"post_id" if subject != "post_id" else "comment_id": "y"}
    none: dict[str, Any] = {}
    for fields in (none, two):
        with pytest.raises(InvalidEventError, match="exactly one of"):
            ReactionAdded(**REACTION, **fields)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_comment_is_on_any_subject_and_on_one_alone(subject: str) -> None:
    one: dict[str, Any] = {subject: "x"}
    assert CommentAdded(**COMMENT, **one).comment_id == "com_2"
    two: dict[str, Any] = one | {"post_id" if subject != "post_id" else "session_id": "y"}
    none: dict[str, Any] = {}
    for fields in (none, two):
        with pytest.raises(InvalidEventError, match="exactly one of"):
            CommentAdded(**COMMENT, **fields)


def test_a_comment_goes_with_its_author() -> None:
    gone = CommentRemoved(comment_id="c", post_id="p", removed_by="platform", removed_at=NOW)
    assert gone.removed_by == "platform"


def test_nobody_follows_or_blocks_themselves() -> None:
    with pytest.raises(InvalidEventError, match="`follower_id` must differ from `followee_id`"):
        MemberFollowed(follower_id="m", followee_id="m", followed_at=NOW)
    with pytest.raises(InvalidEventError, match="`blocker_id` must differ from `blocked_id`"):
        MemberBlocked(blocker_id="m", blocked_id="m", blocked_at=NOW)


def test_a_comment_does_not_answer_itself() -> None:
    with pytest.raises(InvalidEventError, match="`comment_id` must differ from `in_reply_to`"):
        CommentAdded(**COMMENT, post_id="p", in_reply_to="com_2")


def test_a_visibility_that_stays_is_no_change() -> None:
    with pytest.raises(InvalidEventError, match="must differ"):
        ActivityVisibilityChanged(
            activity_id="a", member_id="m", visibility="gym", previous_visibility="gym",
            changed_at=NOW,
        )  # fmt: skip
