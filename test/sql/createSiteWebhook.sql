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

insert into "webhooks" ("id", "room_id", "url", "events", "format", "secret", "old_secret", "old_secret_until", "since", "created_at", "stopped", "stopped_at", "deleted_at")
select null, auth.room_id, ?, ?, ?, ?, null, null, ?, ?, null, null, null
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
      where holder.token_hash = ?) as user_id, ? as now) as auth) as auth
where refusal is null and (
  select count(*)
  from webhooks
  where webhooks.room_id = auth.room_id and deleted_at is null) < ?;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, null, json_object('webhook', (
    select max(id)
    from webhooks
    where webhooks.room_id = auth.room_id)), auth.now
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
      where holder.token_hash = ?) as user_id, ? as now) as auth) as auth
where refusal is null and exists (
  select 1
  from webhooks
  where id = (
    select max(id)
    from webhooks
    where webhooks.room_id = auth.room_id) and secret = ?);

select webhooks.id as "webhook_id", rooms.name as "room_name", "webhooks"."url", "webhooks"."events", "webhooks"."format", "webhooks"."stopped", "webhooks"."stopped_at", webhooks.created_at as "webhook_created_at"
from "webhooks"
left join "rooms" on "rooms"."id" = "webhooks"."room_id"
where webhooks.id = (
  select max(id)
  from webhooks
  where webhooks.room_id = (
    select room_id
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
          where holder.token_hash = ?) as user_id, ? as now) as auth) as auth)) and secret = ? and webhooks.deleted_at is null;
