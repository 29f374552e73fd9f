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

insert into "audit" ("room_id", "number", "action", "actor_id", "subject_id", "detail", "created_at")
select auth.room_id, 1 + coalesce((
    select max(number)
    from audit as a
    where a.room_id = auth.room_id), 0), ?, auth.user_id, null, ?, auth.now
from (
  select ? as room_id, (
    select id
    from users as holder
    where holder.token_hash = ?) as user_id, ? as now) as auth
where case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null and not exists (
  select 1
  from blocked_files
  where hash = ?);

insert into "blocked_files" ("id", "hash", "name", "created_at")
select null, ?, ?, ?
where case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null
on conflict("blocked_files"."hash") do update
set "name" = ?
returning "created_at";

update "files"
set "state" = ?, "idempotency_key" = ?, "expires_at" = ?
where expires_at > 0 and state = 'unused' and hash = ? and case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null;
