select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end as "site_refusal"
from (
  select 1);

select "number", "action", (
  select name
  from users
  where id = actor_id) as "by_name", (
  select name
  from users
  where id = subject_id) as "to_name", "detail", "created_at", "room_id", (
  select name
  from rooms
  where id = room_id) as "chatroom_name"
from "audit"
where true and (created_at, room_id, number) < (?, ?, ?)
order by created_at desc, room_id desc, number desc
limit ?;

select "number", "action", (
  select name
  from users
  where id = actor_id) as "by_name", (
  select name
  from users
  where id = subject_id) as "to_name", "detail", "created_at", "room_id", (
  select name
  from rooms
  where id = room_id) as "chatroom_name"
from "audit"
where room_id = (
  select id
  from rooms
  where name_key = ?) and number < ?
order by number desc
limit ?;

select "number", "action", (
  select name
  from users
  where id = actor_id) as "by_name", (
  select name
  from users
  where id = subject_id) as "to_name", "detail", "created_at", "room_id", (
  select name
  from rooms
  where id = room_id) as "chatroom_name"
from "audit"
where actor_id = (
  select id
  from users
  where name_key = ?) and (created_at, room_id, number) < (?, ?, ?)
order by created_at desc, room_id desc, number desc
limit ?;
