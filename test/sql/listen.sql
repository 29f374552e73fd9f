select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", max( coalesce((
      select max(seq)
      from messages
      where messages.room_id = auth.room_id), 0), coalesce((
      select max(seq)
      from changes
      where changes.room_id = auth.room_id), 0)) as "last"
from (
  select *, slow_mode_seconds > 0 and role in ('member', 'guest') as is_slow, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when ban is not null and role <> 'owner' then 'banned'
  when not case
  when (readers, posters) = ('anyone', 'anyone') then role in ('admin', 'owner', 'moderator', 'member', 'guest')
  when (readers, posters) = ('anyone', 'members') then role in ('admin', 'owner', 'moderator', 'member', 'guest')
  when (readers, posters) = ('members', 'anyone') then role in ('admin', 'owner', 'moderator', 'member')
  when (readers, posters) = ('members', 'members') then role in ('admin', 'owner', 'moderator', 'member') end then 'members only' end as refusal
  from (
    select request.now as now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived, slow_mode_seconds, newcomer_link_seconds, blocked_words, users.id as user_id, users.name as user_name, users.name_key as user_key, users.protected as protected, members.ordinal as ordinal, members.joined_at as joined_at, members.last_sent_at as last_sent_at, case
    when owner_id = users.id then 'owner'
    when members.role is not null then members.role else 'guest' end as role, coalesce((
        select json_object('until', until, 'reason', reason)
        from sanctions
        where sanctions.room_id = rooms.id and kind = ? and (until is null or until > request.now) and sanctions.user_id = "users".id), (
        select json_object('until', until, 'reason', reason)
        from sanctions indexed by sanctions_name
        where sanctions.room_id = rooms.id and kind = ? and (until is null or until > request.now) and sanctions.name_key = "users".name_key
        limit 1)) as ban, coalesce((
        select json_object('until', until, 'reason', reason)
        from sanctions
        where sanctions.room_id = rooms.id and kind = ? and (until is null or until > request.now) and sanctions.user_id = "users".id), (
        select json_object('until', until, 'reason', reason)
        from sanctions indexed by sanctions_name
        where sanctions.room_id = rooms.id and kind = ? and (until is null or until > request.now) and sanctions.name_key = "users".name_key
        limit 1)) as mute
    from (
      select ? as now) as request
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id ) ) as auth;

select "messages"."seq", "users"."id", "users"."name", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at"
from "messages"
left join "users" on "users"."id" = "messages"."author_id"
where messages.room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and messages.seq > ?
order by "messages"."seq" asc
limit ?;

select "changes"."type", changes.seq as "change_seq", "changes"."target", "users"."id", "users"."name", "messages"."text", changes.created_at as "changed_at"
from "changes"
inner join "messages" on messages.room_id = changes.room_id and messages.seq = changes.target
left join "users" on "users"."id" = "changes"."actor_id"
where changes.room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and changes.seq > ?
order by "changes"."seq" asc
limit ?;

insert into "listeners" ("user_id", "room_key")
select user_id, ?
from ( … as above ) as auth
where refusal is null and user_id is not null
on conflict do nothing;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", max( coalesce((
      select max(seq)
      from messages
      where messages.room_id = auth.room_id), 0), coalesce((
      select max(seq)
      from changes
      where changes.room_id = auth.room_id), 0)) as "last"
from (
  select *, slow_mode_seconds > 0 and role in ('member', 'guest') as is_slow, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_key <> ? then 'not you'
  when user_id is null then 'no user'
  when ban is not null and role <> 'owner' then 'banned'
  when not case
  when (readers, posters) = ('anyone', 'anyone') then role in ('admin', 'owner', 'moderator', 'member', 'guest')
  when (readers, posters) = ('anyone', 'members') then role in ('admin', 'owner', 'moderator', 'member', 'guest')
  when (readers, posters) = ('members', 'anyone') then role in ('admin', 'owner', 'moderator', 'member')
  when (readers, posters) = ('members', 'members') then role in ('admin', 'owner', 'moderator', 'member') end then 'members only' end as refusal
  from (
    select request.now as now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived, slow_mode_seconds, newcomer_link_seconds, blocked_words, users.id as user_id, users.name as user_name, users.name_key as user_key, users.protected as protected, members.ordinal as ordinal, members.joined_at as joined_at, members.last_sent_at as last_sent_at, case
    when owner_id = users.id then 'owner'
    when members.role is not null then members.role else 'guest' end as role, coalesce((
        select json_object('until', until, 'reason', reason)
        from sanctions
        where sanctions.room_id = rooms.id and kind = ? and (until is null or until > request.now) and sanctions.user_id = "users".id), (
        select json_object('until', until, 'reason', reason)
        from sanctions indexed by sanctions_name
        where sanctions.room_id = rooms.id and kind = ? and (until is null or until > request.now) and sanctions.name_key = "users".name_key
        limit 1)) as ban, coalesce((
        select json_object('until', until, 'reason', reason)
        from sanctions
        where sanctions.room_id = rooms.id and kind = ? and (until is null or until > request.now) and sanctions.user_id = "users".id), (
        select json_object('until', until, 'reason', reason)
        from sanctions indexed by sanctions_name
        where sanctions.room_id = rooms.id and kind = ? and (until is null or until > request.now) and sanctions.name_key = "users".name_key
        limit 1)) as mute
    from (
      select ? as now) as request
    left join rooms on rooms.name_key = ?
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id ) ) as auth;
