select "id", "name", "avatar", "protected", "site_role", "created_at", "name_key"
from "users"
where users.token_hash = ?;

select "id", "data", "created_at"
from "push_subscriptions"
where user_id = (
  select id
  from users
  where users.token_hash = ?)
order by "push_subscriptions"."created_at";
