select case
when users.token_hash = ? or exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'not you' else 'invalid token' end as "refusal"
from "users"
where "users"."id" = ?;

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, users.id, ?, auth.now
from (
  select ? as room_id, (
    select id
    from users as holder
    where holder.token_hash = ?) as user_id, ? as now) as auth
join users on users.id = ?
where ("users"."id" = ? and case
  when users.token_hash = ? or exists (
    select 1
    from users as holder
    where holder.token_hash = ? and (holder.site_role = 'admin')) then null
  when exists (
    select 1
    from users as holder
    where holder.token_hash = ?) then 'not you' else 'invalid token' end is null) and not users.token_hash = ?;

delete
from "listeners"
where user_id = (
  select id
  from users
  where ("users"."id" = ? and case
    when users.token_hash = ? or exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'not you' else 'invalid token' end is null))
returning "room_key";

update "rooms"
set "member_offset" = coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id), 0) + rooms.member_offset - 1 - coalesce((
    select max(ordinal)
    from members
    where room_id = rooms.id and user_id not in (
      select id
      from users
      where ("users"."id" = ? and case
        when users.token_hash = ? or exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'admin')) then null
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ?) then 'not you' else 'invalid token' end is null))), 0)
where id in (
  select room_id
  from members
  where user_id = (
    select id
    from users
    where ("users"."id" = ? and case
      when users.token_hash = ? or exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'not you' else 'invalid token' end is null)));

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = ?
where (room_id, id) in (
  select room_id, value ->> 'id'
  from held, json_each(held.files)
  where created_at in (
    select created_at
    from (
      select created_at, author_id
      from held indexed by held_newest
      where refused_at is null and created_at >= ?
      order by created_at desc
      limit 5000)
    where author_id = (
      select id
      from users
      where ("users"."id" = ? and case
        when users.token_hash = ? or exists (
          select 1
          from users as holder
          where holder.token_hash = ? and (holder.site_role = 'admin')) then null
        when exists (
          select 1
          from users as holder
          where holder.token_hash = ?) then 'not you' else 'invalid token' end is null))) and held.files is not null) and state = 'used'
returning "id";

delete
from "held"
where created_at in (
  select created_at
  from (
    select created_at, author_id
    from held indexed by held_newest
    where refused_at is null and created_at >= ?
    order by created_at desc
    limit 5000)
  where author_id = (
    select id
    from users
    where ("users"."id" = ? and case
      when users.token_hash = ? or exists (
        select 1
        from users as holder
        where holder.token_hash = ? and (holder.site_role = 'admin')) then null
      when exists (
        select 1
        from users as holder
        where holder.token_hash = ?) then 'not you' else 'invalid token' end is null)));

delete
from "members"
where user_id = (
  select id
  from users
  where ("users"."id" = ? and case
    when users.token_hash = ? or exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'not you' else 'invalid token' end is null));

delete
from "push_subscriptions"
where user_id = (
  select id
  from users
  where ("users"."id" = ? and case
    when users.token_hash = ? or exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'not you' else 'invalid token' end is null));

insert into "versions" ("subject", "version")
select 'names', lower(hex(randomblob(8)))
where exists (
  select 1
  from users
  where ("users"."id" = ? and case
    when users.token_hash = ? or exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'not you' else 'invalid token' end is null))
on conflict("versions"."subject") do update
set "version" = excluded.version;

insert into "former_users" ("id", "name", "name_key", "subject", "deleted_at")
select users.id, users.name, users.name_key, users.subject, ?
from users
where ("users"."id" = ? and case
  when users.token_hash = ? or exists (
    select 1
    from users as holder
    where holder.token_hash = ? and (holder.site_role = 'admin')) then null
  when exists (
    select 1
    from users as holder
    where holder.token_hash = ?) then 'not you' else 'invalid token' end is null);

update "sanctions"
set "last_name_key" = (
  select name_key
  from users
  where users.id = sanctions.user_id)
where kind = 'ban' and user_id = (
  select id
  from users
  where ("users"."id" = ? and case
    when users.token_hash = ? or exists (
      select 1
      from users as holder
      where holder.token_hash = ? and (holder.site_role = 'admin')) then null
    when exists (
      select 1
      from users as holder
      where holder.token_hash = ?) then 'not you' else 'invalid token' end is null));

delete
from "users"
where ("users"."id" = ? and case
  when users.token_hash = ? or exists (
    select 1
    from users as holder
    where holder.token_hash = ? and (holder.site_role = 'admin')) then null
  when exists (
    select 1
    from users as holder
    where holder.token_hash = ?) then 'not you' else 'invalid token' end is null);
