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

select "id", "hash", "name", "created_at"
from "blocked_files"
where id < ?
order by id desc
limit ?;
