insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, author_id, ?, auth.now
from (
  select *, slow_mode_seconds > 0 and role in ('member', 'guest') as is_slow, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_id is null then 'no user'
  when ban is not null and role <> 'owner' then 'banned'
  when mute is not null and role <> 'owner' then 'muted'
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
join messages on messages.room_id = auth.room_id and messages.seq = ?
where refusal is null and author_id = auth.user_id and case
when auth.role not in ('member', 'guest') then null
when exists (
  select 1
  from (
    select ? as words), json_each(blocked_words)
  where instr(words, value ->> 'key') > 0 or value ->> 'key' glob '*[฀-໿က-ᇿក-៿぀-ヿ㐀-鿿𠀀-𿿿]*' and instr( replace(replace(replace(words, '{', ''), '}', ''), ' ', ''), replace(value ->> 'key', ' ', '')) > 0) then 'blocked word'
when ? and newcomer_link_seconds > 0 and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon' end is null and deleted_at is null and text <> ? and author_id is not auth.user_id;

insert into "changes" ("room_id", "seq", "type", "target", "actor_id", "created_at")
select auth.room_id, 1 + max( coalesce((
      select max(seq)
      from messages as m
      where m.room_id = auth.room_id), 0), coalesce((
      select max(seq)
      from changes as c
      where c.room_id = auth.room_id), 0)), ?, messages.seq, coalesce(user_id, 0), auth.now
from ( … as above ) as auth
join messages on messages.room_id = auth.room_id and messages.seq = ?
where refusal is null and author_id = auth.user_id and case
when auth.role not in ('member', 'guest') then null
when exists (
  select 1
  from (
    select ? as words), json_each(blocked_words)
  where instr(words, value ->> 'key') > 0 or value ->> 'key' glob '*[฀-໿က-ᇿក-៿぀-ヿ㐀-鿿𠀀-𿿿]*' and instr( replace(replace(replace(words, '{', ''), '}', ''), ' ', ''), replace(value ->> 'key', ' ', '')) > 0) then 'blocked word'
when ? and newcomer_link_seconds > 0 and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon' end is null and deleted_at is null and text <> ?
returning "seq", "created_at";

update "messages"
set "text" = ?, "edited_at" = ?
from ( … as above ) as auth
where messages.room_id = auth.room_id and messages.seq = ? and refusal is null and author_id = auth.user_id and case
when auth.role not in ('member', 'guest') then null
when exists (
  select 1
  from (
    select ? as words), json_each(blocked_words)
  where instr(words, value ->> 'key') > 0 or value ->> 'key' glob '*[฀-໿က-ᇿក-៿぀-ヿ㐀-鿿𠀀-𿿿]*' and instr( replace(replace(replace(words, '{', ''), '}', ''), ' ', ''), replace(value ->> 'key', ' ', '')) > 0) then 'blocked word'
when ? and newcomer_link_seconds > 0 and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon' end is null and deleted_at is null and text <> ?;

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", role as "role", posters as "room_posters"
from ( … as above ) as auth;

select "messages"."seq", "users"."id", "users"."name", "messages"."text", "messages"."created_at", "messages"."edited_at", "messages"."deleted_at", author_id = auth.user_id as "is_author", author_id = auth.user_id as "may", case
when auth.role not in ('member', 'guest') then null
when exists (
  select 1
  from (
    select ? as words), json_each(blocked_words)
  where instr(words, value ->> 'key') > 0 or value ->> 'key' glob '*[฀-໿က-ᇿក-៿぀-ヿ㐀-鿿𠀀-𿿿]*' and instr( replace(replace(replace(words, '{', ''), '}', ''), ' ', ''), replace(value ->> 'key', ' ', '')) > 0) then 'blocked word'
when ? and newcomer_link_seconds > 0 and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon' end as "content_refusal"
from ( … as above ) as auth
inner join "messages" on messages.room_id = auth.room_id and messages.seq = ?
left join "users" on "users"."id" = "messages"."author_id";
