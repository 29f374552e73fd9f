select refusal as "refusal", room_id as "auth_room_id", user_id as "auth_user_id"
from (
  select *, case
  when exists (
    select 1
    from users as holder
    where holder.token_hash = ? and (holder.site_role = 'admin')) then null
  when exists (
    select 1
    from users as holder
    where holder.token_hash = ?) then 'admins only' else 'invalid token' end as refusal
  from (
    select ? as room_id, (
      select id
      from users as holder
      where holder.token_hash = ?) as user_id, ? as now) as auth) as auth;

select webhooks.id as "webhook_id", rooms.name as "room_name", "webhooks"."url", "webhooks"."events", "webhooks"."format", "webhooks"."stopped", "webhooks"."stopped_at", webhooks.created_at as "webhook_created_at"
from "webhooks"
left join "rooms" on "rooms"."id" = "webhooks"."room_id"
where webhooks.id = ? and ((
    select refusal is null
    from (
      select *, case
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'admins only' else 'invalid token' end as refusal
      from (
        select ? as room_id, (
          select id
          from users as holder
          where holder.token_hash = ?) as user_id, ? as now) as auth) as auth) and (webhooks.room_id = 0 or exists (
      select 1
      from rooms
      where rooms.id = webhooks.room_id))) and webhooks.deleted_at is null;
