insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at")
select room_id, 1 + coalesce((
    select max(ordinal)
    from members as m
    where m.room_id = auth.room_id), 0), user_id, now, ?, ?
from (
  select *, slow_mode_seconds > 0 and role in ('member', 'guest') as is_slow, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_id is null then 'no user'
  when ban is not null and role <> 'owner' then 'banned'
  when archived then 'archived'
  when not case
  when (readers, posters) = ('anyone', 'anyone') then role in ('admin', 'owner', 'moderator', 'member', 'guest')
  when (readers, posters) = ('anyone', 'members') then role in ('admin', 'owner', 'moderator', 'member')
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
    left join members on members.user_id = users.id and members.room_id = rooms.id ) ) as auth
where refusal is null and ordinal is null
returning "ordinal";

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name"
from ( … as above ) as auth;

select "users"."name", case
when user_id = (
  select owner_id
  from ( … as above ) as auth) then 'owner' else role end as "shown_role", "members"."joined_at", "members"."ordinal"
from "members"
inner join "users" on "users"."id" = "members"."user_id"
where members.room_id = (
  select room_id
  from ( … as above ) as auth
  where refusal is null and true) and members.user_id = (
  select user_id
  from ( … as above ) as auth);

insert into "members" ("room_id", "ordinal", "user_id", "joined_at", "role", "last_sent_at")
select room_id, 1 + coalesce((
    select max(ordinal)
    from members as m
    where m.room_id = auth.room_id), 0), user_id, now, ?, ?
from (
  select *, slow_mode_seconds > 0 and role in ('member', 'guest') as is_slow, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_key <> ? then 'not you'
  when user_id is null then 'no user'
  when ban is not null and role <> 'owner' then 'banned'
  when archived then 'archived'
  when not case
  when (readers, posters) = ('anyone', 'anyone') then role in ('admin', 'owner', 'moderator', 'member', 'guest')
  when (readers, posters) = ('anyone', 'members') then role in ('admin', 'owner', 'moderator', 'member')
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
    left join members on members.user_id = users.id and members.room_id = rooms.id ) ) as auth
where refusal is null and ordinal is null
returning "ordinal";
