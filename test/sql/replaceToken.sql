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
