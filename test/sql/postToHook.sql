insert into "messages" ("room_id", "seq", "author_id", "text", "created_at", "edited_at", "deleted_at", "idempotency_key", "fingerprint", "reply_to", "mentions", "reactions", "key_hash", "bot", "files")
select room, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = room), 0), ifnull((
      select max(seq)
      from changes
      where room_id = room), 0)), -hook_id, ?, max(?, ifnull((
      select created_at
      from messages
      where room_id = room
      order by seq desc
      limit 1), 0)), null, null, null, null, null, null, null, null, hook_name, null
from (
  select h.id as hook_id, h.name as hook_name, last_used_at, rooms.id as room, rooms.name as room_name, rooms.name_key as room_key, archived, iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words) as blocked_words
  from hooks as h
  left join rooms on rooms.id = h.room_id
  left join site_settings as s on s.id = 1
  where h.secret_hash = ?) as hook
where room is not null and not archived and not exists (
  select 1
  from json_each(blocked_words)
  where instr(?, value ->> 'key'))
returning "seq", "created_at";

select hook_name as "name_of_hook", room as "room_of_hook", room_key as "key_of_room", archived as "is_archived"
from (
  select h.id as hook_id, h.name as hook_name, last_used_at, rooms.id as room, rooms.name as room_name, rooms.name_key as room_key, archived, iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words) as blocked_words
  from hooks as h
  left join rooms on rooms.id = h.room_id
  left join site_settings as s on s.id = 1
  where h.secret_hash = ?) as hook;

update "hooks"
set "last_used_at" = ?
where id = (
  select hook_id
  from (
    select h.id as hook_id, h.name as hook_name, last_used_at, rooms.id as room, rooms.name as room_name, rooms.name_key as room_key, archived, iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words) as blocked_words
    from hooks as h
    left join rooms on rooms.id = h.room_id
    left join site_settings as s on s.id = 1
    where h.secret_hash = ?) as hook
  where room is not null and not archived and not exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key')) and ifnull(last_used_at, 0) <= ?);

insert into "messages" ("room_id", "seq", "author_id", "text", "created_at", "edited_at", "deleted_at", "idempotency_key", "fingerprint", "reply_to", "mentions", "reactions", "key_hash", "bot", "files")
select room, 1 + max(ifnull((
      select max(seq)
      from messages
      where room_id = room), 0), ifnull((
      select max(seq)
      from changes
      where room_id = room), 0)), -hook_id, ?, max(?, ifnull((
      select created_at
      from messages
      where room_id = room
      order by seq desc
      limit 1), 0)), null, null, null, null, null, null, null, null, hook_name, null
from (
  select h.id as hook_id, h.name as hook_name, last_used_at, rooms.id as room, rooms.name as room_name, rooms.name_key as room_key, archived, iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words) as blocked_words
  from hooks as h
  left join rooms on rooms.id = h.room_id
  left join site_settings as s on s.id = 1
  where h.secret_hash = ?) as hook
where room is not null and not archived and not exists (
  select 1
  from json_each(blocked_words)
  where instr(?, value ->> 'key') or value ->> 'key' glob ? and instr(?, replace(value ->> 'key', ' ', '')))
returning "seq", "created_at";

update "hooks"
set "last_used_at" = ?
where id = (
  select hook_id
  from (
    select h.id as hook_id, h.name as hook_name, last_used_at, rooms.id as room, rooms.name as room_name, rooms.name_key as room_key, archived, iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words) as blocked_words
    from hooks as h
    left join rooms on rooms.id = h.room_id
    left join site_settings as s on s.id = 1
    where h.secret_hash = ?) as hook
  where room is not null and not archived and not exists (
    select 1
    from json_each(blocked_words)
    where instr(?, value ->> 'key') or value ->> 'key' glob ? and instr(?, replace(value ->> 'key', ' ', ''))) and ifnull(last_used_at, 0) <= ?);
