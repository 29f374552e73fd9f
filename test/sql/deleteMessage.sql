insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, author_id, ?, auth.now
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, users.id as user_id, users.name as user_name, ordinal, iif((users.site_role is null and (users.banned_until > now or owner_id is not users.id and exists (
            select 1
            from (
              select kind, until
              from sanctions
              where room_id = rooms.id and user_id = users.id
              union all
              select kind, until
              from sanctions indexed by sanctions_name
              where room_id = rooms.id and name_key = users.name_key
              union all
              select kind, until
              from sanctions indexed by sanctions_subject
              where room_id = rooms.id and subject = users.subject)
            where kind = 'ban' and ifnull(until > now, true)))), 'guest', iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest'))) as role
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth
join messages on messages.room_id = auth.room_id and messages.seq = ?
where refusal is null and (coalesce(author_id = auth.user_id, false) or auth.role in ('admin', 'siteModerator', 'owner', 'moderator')) and null is null and deleted_at is null and author_id is not auth.user_id;

delete
from "held"
where held.target = ? and refused_at is null and (room_id, author_id) = (
  select messages.room_id, messages.author_id
  from ( … as above ) as auth
  join messages on messages.room_id = auth.room_id and messages.seq = ?
  where refusal is null and (coalesce(author_id = auth.user_id, false) or auth.role in ('admin', 'siteModerator', 'owner', 'moderator')) and null is null and deleted_at is null)
returning "id";

insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at", "reaction", "is_added", "empty_numbers")
select auth.room_id, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = auth.room_id), 0), ifnull((
      select max(seq)
      from changes
      where room_id = auth.room_id), 0)), ?, messages.seq, coalesce(user_id, 0), auth.now, null, null, max(ifnull((
      select totals.empty_numbers
      from rooms as totals
      where totals.id = auth.room_id), 0), ifnull((
      select ifnull(empty_numbers, max(ifnull((
              select max(seq)
              from messages
              where room_id = auth.room_id), 0), ifnull((
              select max(seq)
              from changes
              where room_id = auth.room_id), 0)) - (
          select count(*)
          from messages
          where room_id = auth.room_id and text is not null))
      from changes
      where room_id = auth.room_id
      order by seq desc
      limit 1), 0)) + 2
from ( … as above ) as auth
join messages on messages.room_id = auth.room_id and messages.seq = ?
where refusal is null and (coalesce(author_id = auth.user_id, false) or auth.role in ('admin', 'siteModerator', 'owner', 'moderator')) and null is null and deleted_at is null
returning "seq", "created_at";

delete
from "mentions"
where (user_id, room_id, seq) in (
  select value ->> 'id', room_id, seq
  from (
    select room_id, seq, mentions as mentioned
    from messages
    where messages.room_id = (
      select id
      from rooms
      where name_key = ?) and messages.seq = ? and case
    when mentions is not null then exists (
      select 1
      from ( … as above ) as auth
      where messages.room_id = auth.room_id and messages.seq = ? and refusal is null and (coalesce(author_id = auth.user_id, false) or auth.role in ('admin', 'siteModerator', 'owner', 'moderator')) and null is null and deleted_at is null) end
    limit - 1) cross
  join json_each(mentioned));

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = ?
where (room_id, id) in (
  select room_id, value ->> 'id'
  from (
    select room_id, files as sent
    from messages
    where messages.room_id = (
      select id
      from rooms
      where name_key = ?) and messages.seq = ? and case
    when files is not null then exists (
      select 1
      from ( … as above ) as auth
      where messages.room_id = auth.room_id and messages.seq = ? and refusal is null and (coalesce(author_id = auth.user_id, false) or auth.role in ('admin', 'siteModerator', 'owner', 'moderator')) and null is null and deleted_at is null) end
    limit - 1) cross
  join json_each(sent)) and state = 'used'
returning "id";

update "messages"
set "text" = ?, "deleted_at" = ?, "mentions" = ?, "reactions" = ?, "files" = ?
from ( … as above ) as auth
where messages.room_id = auth.room_id and messages.seq = ? and refusal is null and (coalesce(author_id = auth.user_id, false) or auth.role in ('admin', 'siteModerator', 'owner', 'moderator')) and null is null and deleted_at is null;

delete
from "reactions"
where (room_id, target) in (
  select messages.room_id, messages.seq
  from messages
  where room_id = (
    select id
    from rooms
    where name_key = ?) and seq = ? and deleted_at is not null);

update "rooms"
set "pinned" = (
  select json_group_array(value)
  from json_each(rooms.pinned)
  where not (json_each.value = ? and exists (
      select 1
      from messages
      where messages.room_id = rooms.id and messages.seq = json_each.value and deleted_at is not null)))
where name_key = ? and exists (
  select 1
  from json_each(rooms.pinned)
  where json_each.value = ? and exists (
    select 1
    from messages
    where messages.room_id = rooms.id and messages.seq = json_each.value and deleted_at is not null))
returning "id", rooms.name as "room_name", "title", "topic", "readers", "posters", "slow_mode_seconds", "archived", "newcomer_link_seconds", "newcomer_mention_seconds", "newcomer_reaction_seconds", "reactions", "approval", "retention_days", "blocked_words", "first_seq", (
  select json_array(slow_mode_seconds, newcomer_link_seconds, newcomer_mention_seconds, newcomer_reaction_seconds, json(reactions), approval) || ''
  from site_settings
  where id = 1) as "of_site", (
  select users.name
  from users
  where users.id = rooms.owner_id) as "owner", coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset as "member_count", rooms.pinned as "pinned_seqs", "created_at";

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", role as "role", posters as "room_posters"
from ( … as above ) as auth;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", (
  select json_group_array(key)
  from json_each(messages.reactions) cross
  join reactions r on r.room_id = messages.room_id and target = messages.seq and reaction = key and user_id = auth.user_id) as "own_reactions", author_id = auth.user_id as "is_author", (coalesce(author_id = auth.user_id, false) or auth.role in ('admin', 'siteModerator', 'owner', 'moderator')) as "may", null as "content_refusal", null as "author_joined_at", 0 as "link_seconds", 0 as "mention_seconds", false as "edit_waits"
from ( … as above ) as auth
inner join "messages" on messages.room_id = auth.room_id and messages.seq = ?
left join "users" on "users"."id" = "messages"."author_id";
