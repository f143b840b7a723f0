"""What members do for each other to see."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ..events.event import Event
from ..events.fields import (
    ActivityId,
    CommentId,
    EventId,
    FreeText,
    GymId,
    MemberId,
    Open,
    PostId,
    RecordId,
    SessionId,
    Timestamp,
)

Reaction: TypeAlias = Annotated[Literal["like", "love", "fire", "clap", "strong", "laugh"], Open()]
"""How a member reacts to a post."""

ActivityKind: TypeAlias = Annotated[
    Literal[
        "workout-logged",
        "personal-record",
        "score-milestone",
        "attendance-streak",
        "joined-gym",
        "post",
    ],
    Open(),
]
"""What an entry of the activity feed tells of."""


class ReactionAdded(Event, name="platform/social.reaction-added"):
    """A member reacted to a post.

    Sent by social. Handled by social (counts, and the author's notification). A second reaction of
    the same member to the same post takes the place of the first.
    """

    member_id: MemberId
    """Who reacts."""
    gym_id: GymId
    post_id: PostId
    author_id: MemberId
    """Whose post it is: who is notified."""
    reaction: Reaction
    added_at: Timestamp


class ReactionRemoved(Event, name="platform/social.reaction-removed"):
    """A member took a reaction back.

    Sent by social. Handled by social (counts; a notification not yet delivered is withdrawn).
    """

    member_id: MemberId
    """Who had reacted."""
    gym_id: GymId
    post_id: PostId
    reaction: Reaction
    removed_at: Timestamp


class CommentAdded(Event, name="platform/social.comment-added"):
    """A member or coach commented on a session.

    Sent by social. Handled by social (notifies those mentioned, the author of the comment replied
    to, and the session's coach).
    """

    comment_id: CommentId
    session_id: SessionId
    gym_id: GymId
    member_id: MemberId
    """Who wrote it."""
    text: FreeText
    mentioned_member_ids: Annotated[tuple[MemberId, ...], Field(max_length=100)] = ()
    in_reply_to: CommentId | None = None
    added_at: Timestamp


class CommentRemoved(Event, name="platform/social.comment-removed"):
    """A comment was taken down.

    Sent by social. Handled by social (the feed; a notification not yet delivered is withdrawn).
    """

    comment_id: CommentId
    session_id: SessionId
    gym_id: GymId
    removed_by: Literal["author", "moderator"]
    removed_at: Timestamp


class MemberFollowed(Event, name="platform/social.member-followed"):
    """A member follows another from now on.

    Sent by social. Handled by social (notification, and the follower's feed).
    """

    follower_id: MemberId
    """Who follows."""
    followee_id: MemberId
    """Who is followed."""
    followed_at: Timestamp


class MemberUnfollowed(Event, name="platform/social.member-unfollowed"):
    """A member no longer follows another.

    Sent by social. Handled by social (the former follower's feed). Nobody is notified.
    """

    follower_id: MemberId
    """Who followed."""
    followee_id: MemberId
    """Who was followed."""
    unfollowed_at: Timestamp


class ActivityPublished(Event, name="platform/social.activity-published"):
    """Something that a member did goes to the activity feed.

    Sent by social. Handled by social, which fans it out to the feeds of those who may see it.
    """

    activity_id: ActivityId
    member_id: MemberId
    gym_id: GymId
    kind: ActivityKind
    visibility: Literal["private", "followers", "gym", "public"]
    subject_id: RecordId | None = None
    """The workout, benchmark, session or post that it tells of."""
    summary: FreeText | None = None
    """A line to show with it."""
    published_at: Timestamp
    caused_by: EventId | None = None
    """The event that it tells of."""
