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

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", "reports"."number", "reports"."target", (
  select users.name
  from users
  where users.id = reporter_id) as "reporter_name", "reports"."reason", reports.created_at as "reported_at", "reports"."resolved_at", reports.room_id as "report_room_id", rooms.name as "room_name"
from "reports"
left join "rooms" on "rooms"."id" = "reports"."room_id"
left join "messages" on messages.room_id = reports.room_id and messages.seq = reports.target
left join "users" on "users"."id" = "messages"."author_id"
where resolved_at is null
order by reports.created_at desc, reports.room_id desc, reports.number desc
limit ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", "reports"."number", "reports"."target", (
  select users.name
  from users
  where users.id = reporter_id) as "reporter_name", "reports"."reason", reports.created_at as "reported_at", "reports"."resolved_at", reports.room_id as "report_room_id", rooms.name as "room_name"
from "reports"
left join "rooms" on "rooms"."id" = "reports"."room_id"
left join "messages" on messages.room_id = reports.room_id and messages.seq = reports.target
left join "users" on "users"."id" = "messages"."author_id"
where resolved_at is null and (reports.created_at, reports.room_id, reports.number) < (?, ?, ?)
order by reports.created_at desc, reports.room_id desc, reports.number desc
limit ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", "reports"."number", "reports"."target", (
  select users.name
  from users
  where users.id = reporter_id) as "reporter_name", "reports"."reason", reports.created_at as "reported_at", "reports"."resolved_at", reports.room_id as "report_room_id", rooms.name as "room_name"
from "reports"
left join "rooms" on "rooms"."id" = "reports"."room_id"
left join "messages" on messages.room_id = reports.room_id and messages.seq = reports.target
left join "users" on "users"."id" = "messages"."author_id"
where resolved_at > 0
order by resolved_at desc, reports.created_at desc, reports.room_id desc, reports.number desc
limit ?;

select "messages"."seq", "messages"."text", "messages"."created_at", "messages"."edited_at", deleted_at, "messages"."reply_to", "messages"."mentions", "messages"."reactions", "users"."id", "users"."name", bot, files, "users"."avatar", "reports"."number", "reports"."target", (
  select users.name
  from users
  where users.id = reporter_id) as "reporter_name", "reports"."reason", reports.created_at as "reported_at", "reports"."resolved_at", reports.room_id as "report_room_id", rooms.name as "room_name"
from "reports"
left join "rooms" on "rooms"."id" = "reports"."room_id"
left join "messages" on messages.room_id = reports.room_id and messages.seq = reports.target
left join "users" on "users"."id" = "messages"."author_id"
where resolved_at > 0 and (resolved_at, reports.created_at, reports.room_id, reports.number) < (?, ?, ?, ?)
order by resolved_at desc, reports.created_at desc, reports.room_id desc, reports.number desc
limit ?;
