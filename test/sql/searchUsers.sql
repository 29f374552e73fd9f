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

select "id", "name", "avatar", "protected", "site_role", "created_at"
from "users"
where "users"."id" < 1 + (
  select max(id)
  from users)
order by "users"."id" desc
limit ?;

select max("id")
from "users"
where "users"."id" < 1 + (
  select max(id)
  from users) - ?;

select "id", "name", "avatar", "protected", "site_role", "created_at"
from "users"
where "users"."id" < ?
order by "users"."id" desc
limit ?;

select max("id")
from "users"
where "users"."id" < ? - ?;

select "id", "name", "avatar", "protected", "site_role", "created_at"
from "users"
where "users"."id" < 1 + (
  select max(id)
  from users) and "users"."id" >= 1 + (
  select max(id)
  from users) - ? and instr("users"."name_key", ?)
order by "users"."id" desc
limit ?;

select "id", "name", "avatar", "protected", "site_role", "created_at"
from "users"
where "users"."id" < ? and "users"."id" >= ? - ? and instr("users"."name_key", ?)
order by "users"."id" desc
limit ?;
