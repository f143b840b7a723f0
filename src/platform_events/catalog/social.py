"""What members do in the community, and what of it their followers and gyms see.

Reactions and comments have one subject: a post, a session, a workout, a result or an entry of the
feed; reactions may be to a comment, too. Stream's feeds have it like that
(https://getstream.io/activity-feeds/docs), and so do Strava's kudos and comments
(https://developers.strava.com/docs/reference) and ActivityStreams, whose activities have an
`object` (https://www.w3.org/TR/activitystreams-vocabulary).
"""

from typing import Annotated, ClassVar, Final, Literal, TypeAlias

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
    ResultId,
    SessionId,
    Timestamp,
    WorkoutId,
)
from ..events.invariants import Differ, Invariants, OneOf, Unique
from ..events.payload import Example

Reaction: TypeAlias = Annotated[Literal["like", "love", "fire", "clap", "strong", "laugh"], Open()]
"""How a member reacts."""

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

Visibility: TypeAlias = Literal["private", "followers", "gym", "public"]
"""Who may see an entry of the feed: its member alone, who follows that member, the gym, everybody.
Blocked members see nothing of it."""


_SUBJECTS: Final = ("post_id", "session_id", "workout_id", "result_id", "activity_id")


class _OnSubject(Event, abstract=True):
    gym_id: GymId | None = None
    """The gym; absent where members meet without one."""
    post_id: PostId | None = None
    """The post that it is about; absent if it is about something else."""
    session_id: SessionId | None = None
    """The session that it is about; absent if it is about something else."""
    workout_id: WorkoutId | None = None
    """The workout that it is about; absent if it is about something else."""
    result_id: ResultId | None = None
    """The result of a benchmark that it is about; absent if it is about something else."""
    activity_id: ActivityId | None = None
    """The entry of the activity feed that it is about; absent if it is about something else."""


class _Comment(_OnSubject, abstract=True):
    INVARIANTS: ClassVar[Invariants] = (OneOf(_SUBJECTS),)

    comment_id: CommentId


class _Reaction(_OnSubject, abstract=True):
    INVARIANTS: ClassVar[Invariants] = (OneOf((*_SUBJECTS, "comment_id")),)

    comment_id: CommentId | None = None
    """The comment that it is about; absent if it is about something else."""


class ReactionAdded(_Reaction, name="platform/social.reaction-added"):
    """A member reacted to a post, a session, a workout, a result, a feed entry or a comment.

    Sent by social. Handled by social (counts, and the author's notification). A second reaction of
    the same member to the same subject takes the place of the first.
    """

    member_id: MemberId
    """Who reacts."""
    author_id: MemberId
    """Whose post, workout or result it is: who is notified."""
    reaction: Reaction
    added_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "post_id": "post_9",
        "member_id": "mem_ben",
        "author_id": "mem_anna",
        "reaction": "fire",
        "added_at": "2026-11-23T18:30:00Z",
    }


class ReactionRemoved(_Reaction, name="platform/social.reaction-removed"):
    """A member took a reaction back.

    Sent by social. Handled by social (counts; a notification not yet delivered is withdrawn).
    """

    member_id: MemberId
    """Who had reacted."""
    reaction: Reaction
    removed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "post_id": "post_9",
        "member_id": "mem_ben",
        "reaction": "fire",
        "removed_at": "2026-11-23T18:31:10Z",
    }


class CommentAdded(_Comment, name="platform/social.comment-added"):
    """A member or coach commented on a session, a post, a workout, a result or a feed entry.

    Sent by social. Handled by social (notifies those mentioned, the author of the comment replied
    to, and the session's coach or the author of the subject).
    """

    INVARIANTS: ClassVar[Invariants] = (
        Unique("mentioned_member_ids"),
        Differ("comment_id", "in_reply_to"),
    )

    member_id: MemberId
    """Who wrote it."""
    text: FreeText
    mentioned_member_ids: Annotated[tuple[MemberId, ...], Field(max_length=100)] = ()
    in_reply_to: CommentId | None = None
    """The comment that it answers."""
    added_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "session_id": "ses_14",
        "comment_id": "com_2",
        "member_id": "mem_ben",
        "text": "Same time on Thursday, Anna?",
        "mentioned_member_ids": ["mem_anna"],
        "in_reply_to": "com_1",
        "added_at": "2026-11-23T18:30:00Z",
    }


class CommentEdited(_Comment, name="platform/social.comment-edited"):
    """The author of a comment changed its text.

    Sent by social. Handled by social (the feed; notifies who is mentioned now and was not before).
    """

    INVARIANTS: ClassVar[Invariants] = (Unique("mentioned_member_ids"),)

    member_id: MemberId
    """Who wrote it."""
    text: FreeText
    """The whole new text."""
    mentioned_member_ids: Annotated[tuple[MemberId, ...], Field(max_length=100)] = ()
    edited_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "session_id": "ses_14",
        "comment_id": "com_2",
        "member_id": "mem_ben",
        "text": "Same time on Friday, Anna?",
        "mentioned_member_ids": ["mem_anna"],
        "edited_at": "2026-11-23T18:34:00Z",
    }


class CommentRemoved(_Comment, name="platform/social.comment-removed"):
    """A comment was taken down.

    Sent by social. Handled by social (the feed; a notification not yet delivered is withdrawn).
    """

    removed_by: Annotated[Literal["author", "moderator", "platform"], Open()]
    """`platform` when its subject or its author is no longer there."""
    removed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "gym_id": "gym_north",
        "session_id": "ses_14",
        "comment_id": "com_2",
        "removed_by": "author",
        "removed_at": "2026-11-23T18:40:00Z",
    }


class MemberFollowed(Event, name="platform/social.member-followed"):
    """A member follows another from now on.

    Sent by social, once the followee has agreed where that is needed. Handled by social
    (notification, and the follower's feed).
    """

    INVARIANTS: ClassVar[Invariants] = (Differ("follower_id", "followee_id"),)

    follower_id: MemberId
    """Who follows."""
    followee_id: MemberId
    """Who is followed."""
    followed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "follower_id": "mem_ben",
        "followee_id": "mem_anna",
        "followed_at": "2026-11-23T18:30:00Z",
    }


class MemberUnfollowed(Event, name="platform/social.member-unfollowed"):
    """A member no longer follows another.

    Sent by social. Handled by social (the former follower's feed). Nobody is notified.
    """

    INVARIANTS: ClassVar[Invariants] = (Differ("follower_id", "followee_id"),)

    follower_id: MemberId
    """Who followed."""
    followee_id: MemberId
    """Who was followed."""
    unfollowed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "follower_id": "mem_ben",
        "followee_id": "mem_anna",
        "unfollowed_at": "2026-12-01T08:00:00Z",
    }


class MemberBlocked(Event, name="platform/social.member-blocked"):
    """A member no longer wants to see, or be seen by, another.

    Sent by social. Handled by social (both feeds, follows in either way, notifications not yet
    delivered). Nobody is notified.
    """

    INVARIANTS: ClassVar[Invariants] = (Differ("blocker_id", "blocked_id"),)

    blocker_id: MemberId
    """Who blocks."""
    blocked_id: MemberId
    """Who is blocked."""
    blocked_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "blocker_id": "mem_anna",
        "blocked_id": "mem_ben",
        "blocked_at": "2026-12-01T08:05:00Z",
    }


class MemberUnblocked(Event, name="platform/social.member-unblocked"):
    """A member took a block back; follows do not come back with it.

    Sent by social. Handled by social (both feeds). Nobody is notified.
    """

    INVARIANTS: ClassVar[Invariants] = (Differ("blocker_id", "blocked_id"),)

    blocker_id: MemberId
    """Who had blocked."""
    blocked_id: MemberId
    """Who was blocked."""
    unblocked_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "blocker_id": "mem_anna",
        "blocked_id": "mem_ben",
        "unblocked_at": "2027-01-10T19:20:00Z",
    }


class ActivityPublished(Event, name="platform/social.activity-published"):
    """Something that a member did goes to the activity feed.

    Sent by social. Handled by social, which fans it out to the feeds of those who may see it. A
    second event of the same `activity_id`, such as one with another summary, replaces the first.
    """

    activity_id: ActivityId
    member_id: MemberId
    gym_id: GymId | None = None
    """The gym; absent where the member acts alone."""
    kind: ActivityKind
    visibility: Visibility
    subject_id: RecordId | None = None
    """The workout, benchmark, session or post that it tells of, such as `wko_81`."""
    summary: FreeText | None = None
    """A line to show with it, such as `A new best back squat`."""
    published_at: Timestamp
    caused_by: EventId | None = None
    """The event that it tells of."""

    EXAMPLE: ClassVar[Example] = {
        "activity_id": "act_77",
        "member_id": "mem_anna",
        "gym_id": "gym_north",
        "kind": "personal-record",
        "visibility": "gym",
        "subject_id": "res_42",
        "summary": "A new best back squat",
        "published_at": "2026-11-23T18:30:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }


class ActivityVisibilityChanged(Event, name="platform/social.activity-visibility-changed"):
    """Others may see an entry of the activity feed from now on, or no longer may.

    Sent by social when a member changes it. Handled by social (adds it to feeds, or takes it off).
    """

    INVARIANTS: ClassVar[Invariants] = (Differ("visibility", "previous_visibility"),)

    activity_id: ActivityId
    member_id: MemberId
    visibility: Visibility
    previous_visibility: Visibility
    changed_at: Timestamp

    EXAMPLE: ClassVar[Example] = {
        "activity_id": "act_77",
        "member_id": "mem_anna",
        "visibility": "followers",
        "previous_visibility": "gym",
        "changed_at": "2026-11-23T19:02:00Z",
    }


class ActivityRemoved(Event, name="platform/social.activity-removed"):
    """An entry of the activity feed was taken down.

    Sent by social when its member or a moderator removes it, or what it tells of is gone. Handled
    by social (every feed that it was fanned out to; notifications not yet delivered).
    """

    activity_id: ActivityId
    member_id: MemberId
    removed_by: Annotated[Literal["author", "moderator", "platform"], Open()]
    """`platform` when what it tells of is no longer there."""
    removed_at: Timestamp
    caused_by: EventId | None = None
    """The event that took away what it told of."""

    EXAMPLE: ClassVar[Example] = {
        "activity_id": "act_77",
        "member_id": "mem_anna",
        "removed_by": "platform",
        "removed_at": "2026-11-23T19:30:00Z",
        "caused_by": "01JD9Z3Y8Q5W7V2R4T6K8M0N1P",
    }
