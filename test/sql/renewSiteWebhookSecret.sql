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

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, null, ?, auth.now
from (
  select (
    select webhooks.room_id
    from webhooks
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
          where rooms.id = webhooks.room_id))) and deleted_at is null and true) as room_id, caller.user_id as user_id, caller.now as now
  from (
    select *
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
          where holder.token_hash = ?) as user_id, ? as now) as auth) as auth) as caller) as auth
where auth.room_id is not null;

update "webhooks"
set "secret" = ?, "old_secret" = iif(old_secret_until > ?, iif(length(old_secret) < ?, secret || ' ' || old_secret, old_secret), secret), "old_secret_until" = ?
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
      where rooms.id = webhooks.room_id))) and deleted_at is null;

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
