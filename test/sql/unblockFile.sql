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
    where a.room_id = auth.room_id), 0), ?, auth.user_id, null, json_object('file', blocked_files.name), auth.now
from (
  select ? as room_id, (
    select id
    from users as holder
    where holder.token_hash = ?) as user_id, ? as now) as auth
join blocked_files on hash = ?
where case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null;

delete
from "blocked_files"
where hash = ? and case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'siteModerator' or holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'site staff only' else 'invalid token' end is null;
