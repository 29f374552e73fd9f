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
    where room_id = rooms.id and user_id <> (
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
from "former_users"
where id in (
  select id
  from former_users
  where deleted_at < ?
  order by deleted_at
  limit ?);

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
