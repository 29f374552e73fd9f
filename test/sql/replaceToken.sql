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

update "users"
set "token_hash" = ?
where ("users"."id" = ? and case
  when users.token_hash = ? or exists (
    select 1
    from users as holder
    where holder.token_hash = ? and (holder.site_role = 'admin')) then null
  when exists (
    select 1
    from users as holder
    where holder.token_hash = ?) then 'not you' else 'invalid token' end is null);
