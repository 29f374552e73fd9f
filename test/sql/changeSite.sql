select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end as "admin_refusal"
from (
  select 1);

insert into "site_settings" ("id", "slow_mode_seconds", "newcomer_link_seconds", "blocked_words", "reactions", "approval", "newcomer_mention_seconds", "newcomer_reaction_seconds")
select ?, ?, ?, ?, null, null, ?, ?
where case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end is null and not exists (
  select 1
  from site_settings
  where id = 1);

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
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end is null and exists (
  select 1
  from site_settings
  where id = 1 and ("site_settings"."slow_mode_seconds" is not ? or "site_settings"."approval" is not ? or "site_settings"."blocked_words" is not ? or "site_settings"."reactions" is not ?));

update "site_settings"
set "slow_mode_seconds" = ?, "blocked_words" = ?, "reactions" = ?, "approval" = ?
where id = 1 and case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end is null;

select "id", "slow_mode_seconds", "newcomer_link_seconds", "blocked_words", "reactions", "approval", "newcomer_mention_seconds", "newcomer_reaction_seconds"
from "site_settings"
where id = 1;
