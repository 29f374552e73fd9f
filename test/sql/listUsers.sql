select "id", "name", "avatar", "protected", "site_role", "created_at"
from "users"
where "users"."id" > ?
order by "users"."id" asc
limit ?;

select "id", "name", "avatar", "protected", "site_role", "created_at"
from "users"
where ("users"."id" > ? and "users"."name_key" = ?)
order by "users"."id" asc
limit ?;
