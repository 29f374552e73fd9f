select "id", "name", "avatar", "protected", "site_role", "created_at", "name_key"
from "users"
where users.token_hash = ?;

insert into "push_subscriptions" ("id", "user_id", "data", "created_at")
select ?, users.id, ?, ?
from users
where id = (
  select id
  from users
  where users.token_hash = ?)
on conflict("push_subscriptions"."id") do update
set "user_id" = excluded.user_id, "data" = excluded.data, "created_at" = excluded.created_at;

delete
from "push_subscriptions"
where user_id = (
  select id
  from users
  where users.token_hash = ?) and id not in (
  select id
  from push_subscriptions
  where user_id = (
    select id
    from users
    where users.token_hash = ?)
  order by created_at desc
  limit ?);
