select "id", "name", "avatar", "protected", "created_at"
from "users"
where "users"."id" > ?
order by "users"."id" asc
limit ?;

select "id", "name", "avatar", "protected", "created_at"
from "users"
where ("users"."id" > ? and "users"."name_key" = ?)
order by "users"."id" asc
limit ?;
