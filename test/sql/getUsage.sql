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

select "user_id", "room_key"
from "listeners"
where user_id > 0
limit ?;
