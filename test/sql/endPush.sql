select "id", "name", "avatar", "protected", "site_role", "created_at", "name_key"
from "users"
where users.token_hash = ?;

delete
from "push_subscriptions"
where user_id = (
  select id
  from users
  where users.token_hash = ?) and id = ?
returning "id";

delete
from "push_subscriptions"
where user_id = (
  select id
  from users
  where users.token_hash = ?)
returning "id";
