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

select held.id as "held_id", "users"."id", users.name as "held_user_name", "users"."avatar", "held"."text", "held"."reply_to", "held"."target", held.created_at as "held_at", "held"."files", rooms.name as "room_name"
from (
  select created_at as at
  from held indexed by held_newest
  where refused_at is null and created_at > ? - 2592000000 and true
  order by created_at desc
  limit ?) as waiting
left join "held" on held.created_at = waiting.at
left join "rooms" on rooms.id = held.room_id
left join "users" on users.id = held.author_id;

select held.id as "held_id", "users"."id", users.name as "held_user_name", "users"."avatar", "held"."text", "held"."reply_to", "held"."target", held.created_at as "held_at", "held"."files", rooms.name as "room_name"
from (
  select created_at as at
  from held indexed by held_newest
  where refused_at is null and created_at > ? - 2592000000 and created_at < ?
  order by created_at desc
  limit ?) as waiting
left join "held" on held.created_at = waiting.at
left join "rooms" on rooms.id = held.room_id
left join "users" on users.id = held.author_id;
