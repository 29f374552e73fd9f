select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end as "site_refusal"
from (
  select 1);

select "files"."id", "files"."name", "files"."type", "files"."bytes", "files"."width", "files"."height", "files"."hash", "files"."seq", "files"."created_at", iif(files.is_signed, files.room_id, null) as "signed_room", rooms.name as "room_name", users.id as "sender_id", users.name as "sender_name", (
  select value ->> 'description'
  from messages as m, json_each(m.files)
  where m.room_id = files.room_id and m.seq = files.seq and value ->> 'id' = files.id) as "file_description", exists (
  select 1
  from blocked_files
  where blocked_files.hash = files.hash) as "is_blocked"
from (
  select room_id as in_room, id as file_id
  from files indexed by files_newest
  where state = 'used' and (created_at, id) < (?, ?)
  order by created_at desc, id desc
  limit ?) as newest
inner join "files" on files.room_id = newest.in_room and files.id = newest.file_id
left join "rooms" on rooms.id = files.room_id
left join "users" on users.id = files.user_id;
