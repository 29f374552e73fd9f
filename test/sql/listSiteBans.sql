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

select "user_id", coalesce((
    select users.name
    from users
    where users.id = user_id), name, name_key) as "shown_name", "kind", "until", "reason", "created_at", iif(network_until > ?, network_until, null)
from "sanctions"
where room_id = ? and user_id > ? and ifnull(until > ?, true)
order by "sanctions"."user_id"
limit ?;
