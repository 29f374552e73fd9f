insert into "files" ("room_id", "id", "user_id", "name", "type", "bytes", "width", "height", "hash", "is_signed", "state", "seq", "idempotency_key", "created_at", "expires_at")
select room_id, ?, user_id, ?, ?, ?, null, null, null, readers <> 'anyone', ?, null, null, ?, ?
from (
  select *, case
  when user_id is null then 'invalid token'
  when room_id is null then 'no chatroom'
  when user_key <> ? then 'not you'
  when banned_until > now then 'banned
  from site'
  when not (role = 'admin' or role = 'siteModerator' or role = 'owner') and sanction is not null then iif(sanction = 'ban', 'banned', 'muted')
  when archived then 'archived'
  when not (role not in ('guest') or readers || posters in ('anyoneanyone')) then 'members only' end as refusal
  from (
    select now, rooms.id as room_id, rooms.name as room_name, owner_id, readers, posters, archived, users.id as user_id, users.name as user_name, ordinal, users.name_key as user_key, avatar, joined_at, last_sent_at, max(0, iif(rooms.slow_mode_seconds, rooms.slow_mode_seconds, ifnull(s.slow_mode_seconds, 0))) as slow_mode_seconds, max(0, iif(rooms.newcomer_link_seconds, rooms.newcomer_link_seconds, ifnull(s.newcomer_link_seconds, 0))) as newcomer_link_seconds, max(0, iif(rooms.newcomer_mention_seconds, rooms.newcomer_mention_seconds, ifnull(s.newcomer_mention_seconds, 0))) as newcomer_mention_seconds, iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words) as blocked_words, ifnull(rooms.approval, s.approval) as approval, json_array(rooms.slow_mode_seconds, rooms.newcomer_link_seconds, rooms.newcomer_mention_seconds, rooms.blocked_words, rooms.approval) as own_rules, users.protected and users.approved_at as is_approved, iif(owner_id = users.id and users.site_role is not 'admin', 'owner', coalesce(users.site_role, members.role, 'guest')) as role, (users.site_role is null)*users.banned_until as banned_until, (
      select min(kind)
      from (
        select *
        from sanctions
        where room_id = rooms.id and user_id = users.id
        union all
        select *
        from sanctions indexed by sanctions_name
        where room_id = rooms.id and name_key = users.name_key
        union all
        select *
        from sanctions indexed by sanctions_subject
        where room_id = rooms.id and subject = users.subject)
      where ifnull(until > now, true)) as sanction
    from (
      select ? as now)
    left join rooms on rooms.name_key = ?
    left join site_settings as s on s.id = 1
    left join users on users.token_hash = ?
    left join members on members.user_id = users.id and members.room_id = rooms.id)) as auth
where refusal is null and not (auth.role in ('member', 'guest') and exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key'))) and true
returning "is_signed";

select refusal as "refusal", room_id as "room_id", room_name as "room_name", readers as "room_readers", user_id as "user_id", user_name as "user_name", (auth.role in ('member', 'guest') and exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key'))) as "has_blocked_word"
from ( … as above ) as auth;

select exists (
  select 1
  from blocked_files
  where hash = ?) as "is_blocked"
from (
  select 1);

update "files"
set "type" = ?, "width" = ?, "height" = ?, "hash" = ?, "state" = ?
where room_id = ? and id = ? and state = 'uploading' and idempotency_key is ? and not exists (
  select 1
  from blocked_files
  where hash = ?)
returning "id";

update "files"
set "idempotency_key" = ?
where state in ('uploading', 'deleted') and (room_id, user_id, idempotency_key) = (
  select room_id, user_id, ?
  from ( … as above ) as auth
  where refusal is null);

select "files"."id", "files"."name", "files"."type", "files"."bytes", "files"."width", "files"."height", null as "no_description", iif(files.is_signed, files.room_id, null) as "signed_room", "files"."hash"
from ( … as above ) as auth
inner join "files" on files.room_id = auth.room_id and files.user_id = auth.user_id and files.idempotency_key = ? and state in ('unused', 'used');

insert into "files" ("room_id", "id", "user_id", "name", "type", "bytes", "width", "height", "hash", "is_signed", "state", "seq", "idempotency_key", "created_at", "expires_at")
select room_id, ?, user_id, ?, ?, ?, null, null, null, readers <> 'anyone', ?, null, ?, ?, ?
from ( … as above ) as auth
where refusal is null and not (auth.role in ('member', 'guest') and exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key'))) and not exists (
  select 1
  from files
  where files.room_id = auth.room_id and files.user_id = auth.user_id and files.idempotency_key = ?)
returning "is_signed";
